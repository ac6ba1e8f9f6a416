//! `CurrentSession`: the active session of a request.

use std::{
    future::{Ready, ready},
    ops::Deref,
};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header::HeaderName};
use futures_util::future::Either;
use latchkey_shared::{EndReason, api};

use super::{Extraction, activity::touch_if_active, session_header::check_session_header};
use crate::{
    clock::Monotonic,
    http::{error::ApiError, request_state::RequestState},
    service::{ActiveSession, Verdict},
};

const KEEP_COOKIE_HEADER: HeaderName = HeaderName::from_static(api::KEEP_COOKIE_HEADER);

/// The active session of a request; it dereferences to the [`ActiveSession`], whose `user()` is the signed-in user.
///
/// Without an active session the handler does not run: the answer is 401 with the reason, and removes the cookie. If the store does not
/// answer, it is 503 and leaves the cookie alone. A request that names another session in `X-Session` is answered with 409
/// `session-changed`. A mutation counts as activity of the user, and so does a GET with `X-Activity`.
///
/// The session is checked before the request's body has arrived. A handler that reads a body uses
/// [`Authenticated`](super::Authenticated) instead, so that a session that ended meanwhile does nothing.
#[derive(Clone, Debug)]
pub struct CurrentSession(pub ActiveSession);

impl Deref for CurrentSession {
    type Target = ActiveSession;

    fn deref(&self) -> &ActiveSession {
        &self.0
    }
}

impl FromRequest for CurrentSession {
    type Error = ApiError;
    /// Ready at once for cached sessions, so that most checks neither wait nor allocate.
    type Future = Either<Ready<Result<Self, ApiError>>, Extraction<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let RequestState { service, cookie, .. } = match RequestState::of(request) {
            Ok(state) => state,
            Err(error) => return Either::Left(ready(Err(error))),
        };
        let Some(token) = cookie.presented(request.headers()).token else {
            return Either::Left(ready(Self::evaluate(request, Verdict::Ended(EndReason::SessionMissing))));
        };
        let token_hash = token.hash();
        if let Some(verdict) = service.verify_from_cache(token_hash, Monotonic::now()) {
            return Either::Left(ready(Self::evaluate(request, verdict)));
        }
        let (request, service) = (request.clone(), service.clone());
        Either::Right(Box::pin(async move { Self::evaluate(&request, service.verify_from_store(token_hash).await) }))
    }
}

impl CurrentSession {
    /// Turns the result of the check into the session or its rejection.
    fn evaluate(request: &HttpRequest, verdict: Verdict) -> Result<Self, ApiError> {
        match verdict {
            Verdict::Active(session) => {
                check_session_header(request, &session)?;
                touch_if_active(request, session).map(Self)
            }
            Verdict::Ended(reason) => Err(unauthorized(request, reason)),
            Verdict::Unavailable(error) => Err(error.into()),
        }
    }
}

/// The 401 to a request. It removes the presented cookie if that has our format, unless the client asks to keep it.
#[must_use]
pub fn unauthorized(request: &HttpRequest, reason: EndReason) -> ApiError {
    let cookie = match RequestState::of(request) {
        Ok(state) => &state.cookie,
        Err(problem) => return problem,
    };
    let kept = request.headers().contains_key(KEEP_COOKIE_HEADER);
    let removable = !kept && cookie.presented(request.headers()).removable;
    ApiError::Unauthorized { reason, removal: removable.then(|| cookie.removal()) }
}
