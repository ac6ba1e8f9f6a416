//! `/healthz` and `/readyz`: for whoever restarts the process, and for whoever sends it requests.

use actix_web::{HttpResponse, web::Data};
use tokio::sync::watch;

use super::error::ApiError;
use crate::auth::SessionService;

/// How far the server has got with stopping.
#[derive(Debug, Default)]
pub struct Stopping(watch::Sender<Stage>);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd)]
enum Stage {
    #[default]
    Serving,
    Draining,
    Ending,
}

impl Stopping {
    /// From now on `/readyz` says no. Requests are answered as ever, and event streams stay open.
    pub fn begin(&self) {
        self.0.send_if_modified(|stage| (*stage == Stage::Serving).then(|| *stage = Stage::Draining).is_some());
    }

    /// Ends all event streams: the last thing that a server does.
    pub fn end_streams(&self) {
        self.0.send_replace(Stage::Ending);
    }

    /// Returns when event streams have to end.
    pub async fn streams_end(&self) {
        // The sender is here: it cannot be gone.
        let _ = self.0.subscribe().wait_for(|stage| *stage == Stage::Ending).await;
    }

    /// Whether it has begun.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        *self.0.borrow() > Stage::Serving
    }
}

/// `GET /healthz`: the process answers.
pub async fn alive() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

/// `GET /readyz`: the store answers too, and the server is not about to stop.
pub async fn ready(service: Data<SessionService>, stopping: Data<Stopping>) -> Result<HttpResponse, ApiError> {
    if stopping.has_begun() {
        return Err(ApiError::Stopping);
    }
    service.ping().await?;
    Ok(alive().await)
}
