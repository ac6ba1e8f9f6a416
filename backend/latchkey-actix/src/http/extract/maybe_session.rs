//! `MaybeSession`: the result of checking a request's session.

use actix_web::{FromRequest, HttpRequest, dev::Payload};

use super::{Extraction, activity::touch_if_active, app_data, session_header::check_session_header};
use crate::{
    domain::token::Token,
    http::{cookie::SessionCookie, error::ApiError},
    service::{SessionService, Verdict},
};

/// The result of checking a request's session, for handlers that answer all three cases: active, ended or absent, and unknown because
/// the store does not answer.
///
/// The handler always runs, except if the request names another session in `X-Session` (409 `session-changed`). The cookie is left
/// alone in all cases.
#[derive(Debug)]
pub struct MaybeSession(pub Verdict);

impl FromRequest for MaybeSession {
    type Error = ApiError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let verdict = match verify(&request).await? {
                Verdict::Active(session) => Verdict::Active(touch_if_active(&request, session)?),
                other => other,
            };
            Ok(Self(verdict))
        })
    }
}

/// Checks the session of a request, without counting the request as activity.
///
/// # Errors
/// The request names another session than that of its cookie, or Latchkey is not mounted.
pub async fn verify(request: &HttpRequest) -> Result<Verdict, ApiError> {
    let verdict = app_data::get::<SessionService>(request)?.verify(presented_token(request)?.as_ref()).await;
    if let Verdict::Active(session) = &verdict {
        check_session_header(request, session)?;
    }
    Ok(verdict)
}

/// The token in a request's session cookie; `None` if there is none or two different ones.
///
/// # Errors
/// Latchkey is not mounted.
pub fn presented_token(request: &HttpRequest) -> Result<Option<Token>, ApiError> {
    Ok(app_data::get::<SessionCookie>(request)?.presented(request.headers()).token)
}
