//! `/healthz` and `/readyz`: for whoever restarts the process, and for whoever sends it requests.

use actix_web::{HttpResponse, web::Data};

use super::error::ApiError;
use crate::auth::SessionService;

/// `GET /healthz`: the process answers.
pub async fn alive() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body("ok\n")
}

/// `GET /readyz`: the store answers too.
pub async fn ready(service: Data<SessionService>) -> Result<HttpResponse, ApiError> {
    service.ping().await?;
    Ok(alive().await)
}
