//! `/api/me`: the user of the session.

use actix_web::web::Json;
use latchkey_shared::User;

use super::extract::CurrentSession;

/// `GET /api/me`.
pub async fn read(CurrentSession(session): CurrentSession) -> Json<User> {
    Json(session.user().clone())
}
