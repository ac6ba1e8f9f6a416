//! `/api/login`, `/api/verify-session`, `/api/logout`.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::SET_COOKIE,
    web::{Data, Json},
};
use latchkey_shared::{Login, Verified, api};

use super::{
    cookie::SessionCookie,
    error::ApiError,
    extract::{ApiJson, CurrentSession, MaybeSession, named_in},
};
use crate::auth::{LogIn, SessionService, Verdict, email};

/// `POST /api/login`: a session for an address and a password, and the cookie that opens it.
pub async fn log_in(
    request: HttpRequest,
    service: Data<SessionService>,
    cookie: Data<SessionCookie>,
    MaybeSession(previous): MaybeSession,
    ApiJson(Login { email, password }): ApiJson<Login>,
) -> Result<HttpResponse, ApiError> {
    if email::normalise(&email).is_none() {
        return Err(ApiError::Unacceptable("`email` is no e-mail address.".into()));
    }
    if password.is_empty() {
        return Err(ApiError::Unacceptable("`password` is empty.".into()));
    }
    let previous = match previous {
        Verdict::Active(session) => {
            named_in(&request, &session)?;
            cookie.presented(request.headers()).token
        }
        Verdict::Ended(_) | Verdict::CannotTell(_) => None,
    };
    match service.log_in(&email, password, previous.as_ref()).await {
        LogIn::SignedIn(token, session) => Ok(HttpResponse::Ok()
            .insert_header((SET_COOKIE, cookie.set(&token)))
            .json(session.signed_in())),
        LogIn::BadCredentials => Err(ApiError::BadCredentials),
        LogIn::Busy(busy) => Err(busy.into()),
        LogIn::CannotTell(error) => Err(error.into()),
    }
}

/// `GET /api/verify-session`: the small answer that is asked for all the time.
pub async fn verify(CurrentSession(session): CurrentSession) -> Json<Verified> {
    Json(session.verified())
}

/// `POST /api/logout`: 204 also when there is nothing to end, because that is what was asked for.
pub async fn log_out(
    request: HttpRequest,
    service: Data<SessionService>,
    cookie: Data<SessionCookie>,
) -> Result<HttpResponse, ApiError> {
    let presented = cookie.presented(request.headers());
    if let Some(token) = &presented.token {
        if request.headers().contains_key(api::SESSION_HEADER) {
            match service.verify(Some(token)).await {
                Verdict::Active(session) => named_in(&request, &session)?,
                Verdict::Ended(_) => {}
                Verdict::CannotTell(error) => return Err(error.into()),
            }
        }
        service.log_out(token).await?;
    }
    let mut answer = HttpResponse::NoContent();
    if presented.any {
        answer.insert_header((SET_COOKIE, cookie.removal()));
    }
    Ok(answer.finish())
}
