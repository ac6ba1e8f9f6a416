//! The route table.

use actix_web::{
    HttpResponse, Resource, ResponseError, Route, guard,
    http::Method,
    web::{self, ServiceConfig, delete, patch, post},
};
use latchkey_shared::api;

use super::{
    api::{health, me, session, session_events, sessions},
    error::ApiError,
    openapi,
    spa::documents,
};

/// Every path that the server answers. What is not here is a file or a page of the app.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(resource(api::LOGIN, "POST", [post().to(session::log_in)]))
        .service(resource(api::VERIFY_SESSION, "GET, HEAD", [get().to(session::verify)]))
        .service(resource(api::LOGOUT, "POST", [post().to(session::log_out)]))
        .service(resource(api::REFRESH_SESSION, "POST", [post().to(session::refresh)]))
        .service(resource(api::ME, "GET, HEAD, PATCH", [get().to(me::read), patch().to(me::change)]))
        .service(resource(api::PASSWORD, "POST", [post().to(me::change_password)]))
        .service(resource(
            api::SESSIONS,
            "GET, HEAD, DELETE",
            [get().to(sessions::list), delete().to(sessions::end_others)],
        ))
        .service(resource(api::SESSION, "DELETE", [delete().to(sessions::end)]))
        .service(resource(api::SESSION_EVENTS, "GET", [web::get().to(session_events::open)]))
        .service(resource(api::OPENAPI, "GET, HEAD", [get().to(openapi::serve)]))
        .service(resource(api::HEALTHZ, "GET, HEAD", [get().to(health::alive)]))
        .service(resource(api::READYZ, "GET, HEAD", [get().to(health::ready)]))
        .service(web::scope("/api").default_service(web::to(not_found)))
        .default_service(web::to(documents::serve));
}

/// GET, and HEAD with it, as RFC 9110 asks of every server.
fn get() -> Route {
    web::route().guard(guard::fn_guard(|request| matches!(request.head().method, Method::GET | Method::HEAD)))
}

/// A path with its routes; other methods are told which there are.
fn resource<const N: usize>(path: &str, allow: &'static str, routes: [Route; N]) -> Resource {
    let refuse = move || async move { ApiError::MethodNotAllowed { allow }.error_response() };
    routes.into_iter().fold(web::resource(path), Resource::route).default_service(web::to(refuse))
}

async fn not_found() -> HttpResponse {
    ApiError::NotFound("Nothing is at this path.").error_response()
}
