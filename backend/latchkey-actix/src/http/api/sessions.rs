//! `/api/sessions`: the devices on which the user is signed in.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::SET_COOKIE,
    web::{Data, Json, Path},
};
use latchkey_shared::{Device, EndedSessions, SessionId};

use crate::{
    http::{cookie::SessionCookie, error::ApiError, extract::CurrentSession},
    service::{Client, RevokeOutcome, SessionService},
};

/// `GET /api/sessions`: the user's active sessions.
pub async fn list(
    service: Data<SessionService>,
    CurrentSession(session): CurrentSession,
) -> Result<Json<Vec<Device>>, ApiError> {
    Ok(Json(service.list_sessions(&session).await?))
}

/// `DELETE /api/sessions/{id}`: ends one of the user's sessions. 204 also if there is none with this id, because the outcome is the
/// same.
pub async fn end(
    request: HttpRequest,
    service: Data<SessionService>,
    cookie: Data<SessionCookie>,
    client: Client,
    CurrentSession(session): CurrentSession,
    id: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = SessionId(id.into_inner());
    match service.revoke_session(&session, &id, &client).await? {
        RevokeOutcome::ReauthRequired => Err(ApiError::ReauthRequired),
        RevokeOutcome::Revoked(_) => {
            let mut answer = HttpResponse::NoContent();
            if id == *session.id() && cookie.presented(request.headers()).removable {
                answer.insert_header((SET_COOKIE, cookie.removal()));
            }
            Ok(answer.finish())
        }
    }
}

/// `DELETE /api/sessions`: ends all of the user's sessions but this one.
pub async fn end_others(
    service: Data<SessionService>,
    client: Client,
    CurrentSession(session): CurrentSession,
) -> Result<Json<EndedSessions>, ApiError> {
    match service.revoke_other_sessions(&session, &client).await? {
        RevokeOutcome::ReauthRequired => Err(ApiError::ReauthRequired),
        RevokeOutcome::Revoked(ended) => Ok(Json(EndedSessions { ended })),
    }
}
