//! `MaybeSession`: what is known of a request's session.

use actix_web::{FromRequest, HttpRequest, dev::Payload};

use super::{Extraction, activity::touch_if_active, app_data, session_header::check_session_header};
use crate::{
    domain::token::Token,
    http::{cookie::SessionCookie, error::ApiError},
    service::{SessionService, Verdict},
};

/// What is known of a request's session, for handlers that have an answer for each of the three cases: active, ended or absent,
/// and unknown because the store does not answer.
///
/// The handler always runs, but for a request that names another session in `X-Session` (409 `session-changed`). The
/// cookie is left alone, whatever the verdict is.
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

/// The same without counting the request as activity.
///
/// # Errors
/// The request names another session than the one that its cookie opened, or Latchkey is not mounted.
pub async fn verify(request: &HttpRequest) -> Result<Verdict, ApiError> {
    let verdict = app_data::get::<SessionService>(request)?.verify(token(request)?.as_ref()).await;
    if let Verdict::Active(session) = &verdict {
        check_session_header(request, session)?;
    }
    Ok(verdict)
}

/// The token that a request presents, if it presents exactly one that may have been issued.
///
/// # Errors
/// Latchkey is not mounted.
pub fn token(request: &HttpRequest) -> Result<Option<Token>, ApiError> {
    Ok(app_data::get::<SessionCookie>(request)?.presented(request.headers()).token)
}
