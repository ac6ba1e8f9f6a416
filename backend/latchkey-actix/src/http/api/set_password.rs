//! `/api/set-password`.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use latchkey_shared::SetPassword;

use crate::{
    domain::validation::check_new_password,
    http::{
        error::ApiError,
        extract::{self, ApiJson},
    },
    service::{Client, SessionService},
};

/// `POST /api/set-password`: sets a password with a one-time link, and ends all sessions of its user. It begins none: whoever has the link
/// signs in with the new password.
pub async fn set_password(
    request: HttpRequest,
    service: Data<SessionService>,
    client: Client,
    ApiJson(new): ApiJson<SetPassword>,
) -> Result<HttpResponse, ApiError> {
    check_new_password(&new.password)?;
    // Compares the session with the one that the request names; nothing else depends on it.
    let _ = extract::verify(&request).await?;
    service.set_password_by_link(new, &client).await?;
    Ok(HttpResponse::NoContent().finish())
}
