//! `/api/me`: the user of the session, and what the user can change.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Json},
};
use latchkey_shared::{PasswordChange, ProfileChange, User};

use super::session::signed_in;
use crate::{
    domain::validation::{check_name, check_new_password},
    http::{
        cookie::SessionCookie,
        error::ApiError,
        extract::{Authenticated, CurrentSession, unauthorized},
    },
    service::{AuthError, Client, SessionService},
};

/// `GET /api/me`: the user.
pub async fn read(CurrentSession(session): CurrentSession) -> Json<User> {
    Json(session.user().clone())
}

/// `PATCH /api/me`: changes the user's name.
pub async fn change(
    service: Data<SessionService>,
    client: Client,
    Authenticated { session, body: ProfileChange { name } }: Authenticated<ProfileChange>,
) -> Result<Json<User>, ApiError> {
    Ok(Json(service.rename(&session, check_name(&name)?, &client).await?))
}

/// `POST /api/me/password`: changes the password, ends all sessions of the user and begins a new one here. A wrong current password
/// does not end the session, so the cookie stays.
pub async fn change_password(
    request: HttpRequest,
    service: Data<SessionService>,
    cookie: Data<SessionCookie>,
    client: Client,
    Authenticated { session, body: change }: Authenticated<PasswordChange>,
) -> Result<HttpResponse, ApiError> {
    check_new_password(&change.new_password)?;
    match service.change_password(&session, change, &client).await {
        Ok((token, session)) => Ok(signed_in(&cookie, &token, &session)),
        Err(AuthError::SessionEnded(reason)) => Err(unauthorized(&request, reason)),
        Err(error) => Err(error.into()),
    }
}
