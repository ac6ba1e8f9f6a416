//! The route table. Everything that Latchkey answers at a path of its own stands in it once: the routes, the `Allow` of a 405,
//! the OpenAPI document and the test of who may call what are made from it.

use actix_web::{
    HttpRequest, HttpResponse, Resource, ResponseError, Route, guard,
    http::Method,
    web::{self, Data, ServiceConfig},
};
use latchkey_shared::api;
use serde_json::Value;

use super::{
    api::{health, me, session, session_events, sessions},
    error::ApiError,
    extract,
    middleware::body_limit,
    openapi::{
        self, Operation,
        SessionUse::{self, Ignored, Optional, Required},
        descriptions as about,
    },
    spa::{Spa, documents},
};
use Verb::{Delete, Get, Patch, Post, Stream};

/// A row of the route table.
#[derive(Clone, Copy, Debug)]
pub struct Endpoint {
    verb: Verb,
    handler: fn(Route) -> Route,
    /// What the OpenAPI document says of it.
    pub operation: Operation,
}

/// The method of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verb {
    /// GET, and HEAD with it, as RFC 9110 asks of every server.
    Get,
    /// GET without HEAD: the answer has no end.
    Stream,
    Post,
    Patch,
    Delete,
}

/// Every method of every path: whether it needs a session, its handler, and what the OpenAPI document says of it. The methods
/// of one path stand together.
#[must_use]
pub fn table() -> [Endpoint; 14] {
    [
        row(Post, api::LOGIN, Optional, |route| route.to(session::log_in), about::log_in),
        row(Get, api::VERIFY_SESSION, Required, |route| route.to(session::verify), about::verify),
        row(Post, api::LOGOUT, Optional, |route| route.to(session::log_out), about::log_out),
        row(Post, api::REFRESH_SESSION, Required, |route| route.to(session::refresh), about::refresh),
        row(Get, api::ME, Required, |route| route.to(me::read), about::read_me),
        row(Patch, api::ME, Required, |route| route.to(me::change), about::change_me),
        row(Post, api::PASSWORD, Required, |route| route.to(me::change_password), about::change_password),
        row(Get, api::SESSIONS, Required, |route| route.to(sessions::list), about::list_sessions),
        row(Delete, api::SESSIONS, Required, |route| route.to(sessions::end_others), about::end_other_sessions),
        row(Delete, api::SESSION, Required, |route| route.to(sessions::end), about::end_session),
        row(Stream, api::SESSION_EVENTS, Required, |route| route.to(session_events::open), about::session_events),
        row(Get, api::OPENAPI, Ignored, |route| route.to(openapi::serve), about::open_api),
        row(Get, api::HEALTHZ, Ignored, |route| route.to(health::alive), about::alive),
        row(Get, api::READYZ, Ignored, |route| route.to(health::ready), about::ready),
    ]
}

fn row(
    verb: Verb,
    path: &'static str,
    session: SessionUse,
    handler: fn(Route) -> Route,
    describe: fn(&mut schemars::SchemaGenerator) -> openapi::Description,
) -> Endpoint {
    Endpoint { verb, handler, operation: Operation { method: verb.methods()[0], path, session, describe } }
}

/// Adds the table's routes to an app, problems for what actix's own extractors reject in the app's routes, and the app's
/// documents and files at every path that nothing else is at. Routes of the app may stand before or after this, but a scope that
/// covers `/api` must stand after it.
pub fn routes(config: &mut ServiceConfig) {
    extract::register_error_handlers(config);
    for endpoints in table().chunk_by(|one, next| one.operation.path == next.operation.path) {
        config.service(resource(endpoints));
    }
    config.default_service(web::to(fallback));
}

/// What the OpenAPI document tells of.
pub fn operations() -> impl Iterator<Item = Operation> {
    table().into_iter().map(|endpoint| endpoint.operation)
}

/// The OpenAPI document of a server whose session cookie has a name.
#[must_use]
pub fn openapi(cookie_name: &str) -> Value {
    openapi::document(cookie_name, operations())
}

/// A path with its methods. Others are answered with 405, and bodies that no route reads with 413.
fn resource(endpoints: &[Endpoint]) -> Resource {
    let methods: Vec<_> = endpoints.iter().flat_map(|endpoint| endpoint.verb.methods()).copied().collect();
    let allow = methods.join(", ");
    let refuse = move || {
        let error = ApiError::MethodNotAllowed { allow: allow.clone() };
        async move { error.error_response() }
    };
    let resource = web::resource(endpoints[0].operation.path).route(body_limit::route());
    endpoints
        .iter()
        .fold(resource, |resource, endpoint| resource.route(endpoint.route()))
        .default_service(web::to(refuse))
}

impl Endpoint {
    fn route(&self) -> Route {
        let methods = self.verb.methods();
        let is_method = move |method: &Method| methods.contains(&method.as_str());
        (self.handler)(web::route().guard(guard::fn_guard(move |request| is_method(&request.head().method))))
    }
}

impl Verb {
    const fn methods(self) -> &'static [&'static str] {
        match self {
            Get => &["GET", "HEAD"],
            Stream => &["GET"],
            Post => &["POST"],
            Patch => &["PATCH"],
            Delete => &["DELETE"],
        }
    }
}

/// Everything that neither the table nor the app has a route for: nothing below `/api`, fallback a file or a page.
async fn fallback(request: HttpRequest, spa: Data<Option<Spa>>) -> HttpResponse {
    let path = request.path();
    if body_limit::is_exceeded(request.headers()) {
        body_limit::too_large().error_response()
    } else if operations().any(|operation| operation.path == path) {
        tracing::error!(path, "{HIDDEN}");
        ApiError::NotMounted.error_response()
    } else if path == "/api" || path.starts_with("/api/") {
        ApiError::NotFound("Nothing is at this path.").error_response()
    } else {
        documents::serve(request, spa).await.unwrap_or_else(|error| error.error_response())
    }
}

/// What the log says when a path of the table has not led to its route.
const HIDDEN: &str =
    "a scope of the app hides this path of Latchkey's: put `.configure(latchkey.routes())` before the scope";
