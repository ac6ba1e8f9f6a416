//! The route table. It lists every operation of Latchkey's own paths once. The routes, the `Allow` of a 405, the OpenAPI document and the
//! access test are made from it.

use std::sync::LazyLock;

use actix_web::{
    HttpRequest, HttpResponse, Resource, ResponseError, Route,
    dev::ResourceDef,
    guard,
    http::Method,
    web::{self, Data, ServiceConfig},
};
use latchkey_shared::api;
use serde_json::Value;

use super::{
    api::{forward_auth, health, me, session, session_events, sessions, set_password},
    error::ApiError,
    extract,
    middleware::body_limit,
    openapi::{
        self, Operation,
        SessionUse::{self, Forwarded, Ignored, Optional, Required},
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
    /// Its description in the OpenAPI document.
    pub operation: Operation,
}

/// The method of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verb {
    /// GET, and HEAD, which RFC 9110 requires with it.
    Get,
    /// GET without HEAD, because the answer is an endless stream.
    Stream,
    Post,
    Patch,
    Delete,
}

/// Every method of every path, with its use of the session, its handler and its OpenAPI description. The methods of one path must be
/// consecutive.
#[must_use]
pub fn table() -> [Endpoint; 16] {
    [
        row(Post, api::LOGIN, Optional, |route| route.to(session::log_in), about::log_in),
        row(Get, api::VERIFY_SESSION, Required, |route| route.to(session::verify), about::verify),
        row(Get, api::FORWARD_AUTH, Forwarded, |route| route.to(forward_auth::ask), about::forward_auth),
        row(Post, api::LOGOUT, Optional, |route| route.to(session::log_out), about::log_out),
        row(Post, api::REFRESH_SESSION, Required, |route| route.to(session::refresh), about::refresh),
        row(Get, api::ME, Required, |route| route.to(me::read), about::read_me),
        row(Patch, api::ME, Required, |route| route.to(me::change), about::change_me),
        row(Post, api::PASSWORD, Required, |route| route.to(me::change_password), about::change_password),
        row(Post, api::SET_PASSWORD, Optional, |route| route.to(set_password::set_password), about::set_password),
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

/// The paths of the table, with their parameters.
static PATHS: LazyLock<ResourceDef> =
    LazyLock::new(|| ResourceDef::new(operations().map(|operation| operation.path).collect::<Vec<_>>()));

/// Registers the table's routes, problem answers for actix's own extractors, and as the default service the documents and files of the
/// single-page app. The app's own routes may be registered before or after, but a scope that covers `/api` must come after.
pub fn routes(config: &mut ServiceConfig) {
    extract::register_error_handlers(config);
    for endpoints in table().chunk_by(|one, next| one.operation.path == next.operation.path) {
        config.service(resource(endpoints));
    }
    // Envoy appends the path of the request, and keeps its method. OpenAPI cannot say that.
    config.service(web::resource([api::FORWARD_AUTH, "/{uri:.*}"].concat()).to(forward_auth::ask));
    config.default_service(web::to(fallback));
}

/// The operations of the OpenAPI document.
pub fn operations() -> impl Iterator<Item = Operation> {
    table().into_iter().map(|endpoint| endpoint.operation)
}

/// The OpenAPI document of a server with this name of the session cookie.
#[must_use]
pub fn openapi(cookie_name: &str) -> Value {
    openapi::document(cookie_name, operations())
}

/// The resource of one path with its methods. Other methods are answered with 405, too long bodies with 413.
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
    /// Its methods: GET comes with HEAD.
    #[must_use]
    pub fn methods(&self) -> &'static [&'static str] {
        self.verb.methods()
    }

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

/// The default service, for paths without a route: 404 below `/api`, otherwise a file or a page of the single-page app.
async fn fallback(request: HttpRequest, spa: Data<Option<Spa>>) -> HttpResponse {
    let path = request.path();
    if body_limit::is_exceeded(request.headers()) {
        body_limit::too_large().error_response()
    } else if PATHS.is_match(path) {
        tracing::error!(path, "{HIDDEN}");
        ApiError::NotMounted.error_response()
    } else if path == "/api" || path.starts_with("/api/") {
        ApiError::NotFound("Nothing is at this path.").error_response()
    } else {
        documents::serve(request, spa).await.unwrap_or_else(|error| error.error_response())
    }
}

/// The log message if a path of the table is not routed to its handler.
const HIDDEN: &str =
    "a scope of the app hides this path of Latchkey's: put `.configure(latchkey.routes())` before the scope";
