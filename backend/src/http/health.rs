//! `/healthz` and `/readyz`: for whoever restarts the process, and for whoever sends it requests.

use actix_web::{HttpResponse, web::Data};
use tokio::sync::watch;

use super::error::ApiError;
use crate::auth::SessionService;

/// Whether the server is about to stop.
#[derive(Debug, Default)]
pub struct Stopping(watch::Sender<bool>);

impl Stopping {
    /// From now on it is.
    pub fn announce(&self) {
        self.0.send_replace(true);
    }

    /// Returns when it is.
    pub async fn announced(&self) {
        // The sender is here: it cannot be gone.
        let _ = self.0.subscribe().wait_for(|stopping| *stopping).await;
    }
}

/// `GET /healthz`: the process answers.
pub async fn alive() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

/// `GET /readyz`: the store answers too, and the server is not about to stop.
pub async fn ready(service: Data<SessionService>, stopping: Data<Stopping>) -> Result<HttpResponse, ApiError> {
    if *stopping.0.borrow() {
        return Err(ApiError::Stopping);
    }
    service.ping().await?;
    Ok(alive().await)
}
