//! `/healthz` and `/readyz`: for whoever restarts the process, and for whoever sends it requests.

use actix_web::{HttpResponse, web::Data};

use crate::{http::error::ApiError, service::SessionService, shutdown_state::ShutdownState};

/// `GET /healthz`: the process answers.
pub async fn alive() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

/// `GET /readyz`: the store answers too, and the server is not about to stop.
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
