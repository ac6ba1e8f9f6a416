//! `/healthz`, by which a supervisor decides whether to restart the process, and `/readyz`, by which a load balancer decides whether to send
//! it requests.

use actix_web::{HttpResponse, web::Data};

use crate::{http::error::ApiError, service::SessionService, shutdown_state::ShutdownState};

/// `GET /healthz`: 200 as long as the process answers.
pub async fn alive() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

/// `GET /readyz`: 200 if the store answers too and the server is not shutting down; otherwise 503.
pub async fn ready(
    service: Data<SessionService>,
    shutdown_state: Data<ShutdownState>,
) -> Result<HttpResponse, ApiError> {
    if shutdown_state.has_begun() {
        return Err(ApiError::ShuttingDown);
    }
    service.ping().await?;
    Ok(alive().await)
}
