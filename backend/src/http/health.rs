//! `/healthz` and `/readyz`: for whoever restarts the process, and for whoever sends it requests.

use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::{HttpResponse, web::Data};

use super::error::ApiError;
use crate::auth::SessionService;

/// Whether the server is about to stop.
#[derive(Debug, Default)]
pub struct Stopping(AtomicBool);

impl Stopping {
    /// From now on it is.
    pub fn announce(&self) {
        self.0.store(true, Ordering::Release);
    }
}

/// `GET /healthz`: the process answers.
pub async fn alive() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body("ok\n")
}

/// `GET /readyz`: the store answers too, and the server is not about to stop.
pub async fn ready(service: Data<SessionService>, stopping: Data<Stopping>) -> Result<HttpResponse, ApiError> {
    if stopping.0.load(Ordering::Acquire) {
        return Err(ApiError::Stopping);
    }
    service.ping().await?;
    Ok(alive().await)
}
