//! HTTP: the route table, and what stands around it. A request passes the middleware from the outside in: request
//! log, security headers, same-site check, body limit; see `app.rs`, where they are wrapped.

pub mod assets;
pub mod documents;
pub mod health;
pub mod me;
pub mod session;

pub mod cookie;
pub mod error;
pub mod extract;
pub mod middleware;

use actix_web::{
    HttpResponse, ResponseError, Route, guard,
    web::{self, ServiceConfig},
};
use latchkey_shared::api;

use error::ApiError;

/// Every path that the server answers. What is not here is a file or a page of the app.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(
            web::resource(api::LOGIN)
                .route(web::post().to(session::log_in))
                .default_service(only("POST")),
        )
        .service(
            web::resource(api::VERIFY_SESSION)
                .route(get().to(session::verify))
                .default_service(only("GET, HEAD")),
        )
        .service(
            web::resource(api::LOGOUT)
                .route(web::post().to(session::log_out))
                .default_service(only("POST")),
        )
        .service(
            web::resource(api::ME)
                .route(get().to(me::read))
                .default_service(only("GET, HEAD")),
        )
        .service(
            web::resource(api::HEALTHZ)
                .route(get().to(health::alive))
                .default_service(only("GET, HEAD")),
        )
        .service(
            web::resource(api::READYZ)
                .route(get().to(health::ready))
                .default_service(only("GET, HEAD")),
        )
        .service(web::scope("/api").default_service(web::to(nothing_here)))
        .default_service(web::to(documents::serve));
}

/// GET, and HEAD with it, as RFC 9110 asks of every server.
fn get() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

/// The answer to the methods that a path does not have.
fn only(allow: &'static str) -> Route {
    web::to(move || async move { ApiError::MethodNotAllowed { allow }.error_response() })
}

async fn nothing_here() -> HttpResponse {
    ApiError::NotFound("Nothing is at this path.").error_response()
}
