//! What handlers ask for in their signatures: the session, which reaches them in no other way, and JSON bodies.

use std::{
    future::{Future, Ready, ready},
    pin::Pin,
    time::Duration,
};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::{
        Method,
        header::{self, HeaderName},
    },
    web::{Data, Payload as Body},
};
use futures_util::future::Either;
use latchkey_shared::{EndReason, api};
use serde::de::{DeserializeOwned, IgnoredAny};

use super::{
    body_limits::BodyLimits, cookie::SessionCookie, error::ApiError, server::exchange::body_received,
    trusted_proxies::TrustedProxies,
};
use crate::{
    domain::token::Token,
    service::{ActiveSession, Client, SessionService, Verdict},
};

/// How long a body may take to arrive.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// See [`api::SESSION_HEADER`].
pub const SESSION_HEADER: HeaderName = HeaderName::from_static(api::SESSION_HEADER);
const ACTIVITY_HEADER: HeaderName = HeaderName::from_static(api::ACTIVITY_HEADER);
const KEEP_COOKIE_HEADER: HeaderName = HeaderName::from_static(api::KEEP_COOKIE_HEADER);
const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
/// Says that a browser loads something ahead of time; `Purpose` is what it was called before.
const SEC_PURPOSE: HeaderName = HeaderName::from_static("sec-purpose");
const PURPOSE: HeaderName = HeaderName::from_static("purpose");

type Extraction<T> = Pin<Box<dyn Future<Output = Result<T, ApiError>>>>;

/// An active session; without one the request is answered before the handler runs: 401 with the reason, and the cookie
/// removed, or 503 and the cookie untouched. A request that names another session in `X-Session` is answered with 409.
#[derive(Debug)]
pub struct CurrentSession(pub ActiveSession);

/// A JSON body, and the active session that sends it. The body is read before the session is checked: one that ends while its body
/// is held back does nothing.
#[derive(Debug)]
pub struct Authenticated<T> {
    /// The session.
    pub session: ActiveSession,
    /// The body.
    pub body: T,
}

/// What is known of the session, for handlers that have an answer to all three cases.
#[derive(Debug)]
pub struct MaybeSession(pub Verdict);

/// A JSON body of a known shape, of [`api::MAX_BODY_BYTES`] at the most.
#[derive(Debug)]
pub struct ApiJson<T>(pub T);

impl FromRequest for CurrentSession {
    type Error = ApiError;
    /// What memory knows is there at once: most checks wait for nothing and allocate nothing here.
    type Future = Either<Ready<Result<Self, ApiError>>, Extraction<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let service = data::<SessionService>(request);
        let Some(hash) = token(request).map(|token| token.hash()) else {
            return Either::Left(ready(Self::evaluate(request, Verdict::Ended(EndReason::SessionMissing))));
        };
        if let Some(verdict) = service.verify_from_memory(hash) {
            return Either::Left(ready(Self::evaluate(request, verdict)));
        }
        let (request, service) = (request.clone(), service.clone());
        Either::Right(Box::pin(async move { Self::evaluate(&request, service.verify_from_store(hash).await) }))
    }
}

impl CurrentSession {
    fn evaluate(request: &HttpRequest, verdict: Verdict) -> Result<Self, ApiError> {
        let session = authenticated(request, verdict)?;
        Ok(Self(if is_activity(request) { touch(request, session) } else { session }))
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Authenticated<T> {
    type Error = ApiError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = ApiJson::<T>::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let body = body.await;
            let session = authenticate(&request).await?;
            // Without a session nobody is told what is wrong with the body.
            let ApiJson(body) = body?;
            Ok(Self { session: touch(&request, session), body })
        })
    }
}

impl FromRequest for Client {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(data::<TrustedProxies>(request).client(request)))
    }
}

impl FromRequest for MaybeSession {
    type Error = ApiError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(Self(verify(&request).await)) })
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for ApiJson<T> {
    type Error = ApiError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let declared = request.mime_type().ok().flatten().is_some_and(|mime| mime.essence_str() == "application/json")
            && request.headers().get(header::CONTENT_ENCODING).is_none_or(|encoding| encoding == "identity");
        let limit = data::<BodyLimits>(request).limit(request.path());
        let payload = payload.take();
        let request = request.clone();
        Box::pin(async move {
            if !declared {
                return Err(ApiError::UnsupportedMediaType);
            }
            let body = Body::from_request(&request, &mut { payload }).await;
            let body = body.map_err(|error| ApiError::Malformed(error.to_string()))?;
            let bytes = tokio::time::timeout(BODY_TIMEOUT, body.to_bytes_limited(limit)).await;
            let bytes = bytes.map_err(|_| ApiError::RequestTimeout)?.map_err(|_| ApiError::BodyTooLarge { limit })?;
            body_received(&request);
            parse(&bytes.map_err(|error| ApiError::Malformed(error.to_string()))?).map(Self)
        })
    }
}

/// First whether it is JSON, then whether it is an object of the right shape: serde alone would take an array for one.
fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    let malformed = |error: serde_json::Error| ApiError::Malformed(error.to_string());
    serde_json::from_slice::<IgnoredAny>(bytes).map_err(malformed)?;
    if !bytes.trim_ascii_start().starts_with(b"{") {
        return Err(ApiError::Unacceptable("The body must be a JSON object.".into()));
    }
    serde_json::from_slice(bytes).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => ApiError::Unacceptable(format!("The body is not acceptable: {error}.")),
        _ => malformed(error),
    })
}

/// Refuses a request that names another session than the one that its cookie opened.
///
/// # Errors
/// [`ApiError::SessionChanged`].
pub fn check_session_header(request: &HttpRequest, session: &ActiveSession) -> Result<(), ApiError> {
    let named = request.headers().get(SESSION_HEADER);
    let same = named.is_none_or(|named| named.as_bytes() == session.id().0.as_bytes());
    same.then_some(()).ok_or(ApiError::SessionChanged)
}

/// The 401 to a request, which removes the cookie that it presented if that is ours and the client does not ask to keep it.
#[must_use]
pub fn unauthorized(request: &HttpRequest, reason: EndReason) -> ApiError {
    let cookie = data::<SessionCookie>(request);
    let kept = request.headers().contains_key(KEEP_COOKIE_HEADER);
    let removable = !kept && cookie.presented(request.headers()).removable;
    ApiError::Unauthorized { reason, removal: removable.then(|| cookie.removal()) }
}

/// Whether a user's doing caused a request: a mutation, or what a client marks as such.
fn is_activity(request: &HttpRequest) -> bool {
    !request.method().is_safe() || (request.headers().contains_key(ACTIVITY_HEADER) && is_meant(request))
}

/// Whether a user opened the page that is asked for: in a tab, and neither from another site nor within another page.
#[must_use]
pub fn is_navigation(request: &HttpRequest) -> bool {
    let is = |name, value: &str| request.headers().get(name).is_some_and(|said| said == value);
    let from_elsewhere = request.headers().contains_key(SEC_FETCH_SITE)
        && !is(SEC_FETCH_SITE, "same-origin")
        && !is(SEC_FETCH_SITE, "none");
    is_meant(request) && is(SEC_FETCH_DEST, "document") && !from_elsewhere
}

/// Whether a safe request is for a user's eyes now: no HEAD, and nothing that is loaded ahead of time.
fn is_meant(request: &HttpRequest) -> bool {
    let ahead = [SEC_PURPOSE, PURPOSE].into_iter().any(|name| request.headers().contains_key(name));
    *request.method() == Method::GET && !ahead
}

/// Notes that a user did something in the session: as long ago as the client says, or now.
#[must_use]
pub fn touch(request: &HttpRequest, session: ActiveSession) -> ActiveSession {
    let age = request.headers().get(ACTIVITY_HEADER).and_then(|age| age.to_str().ok()?.trim().parse().ok());
    data::<SessionService>(request).touch(session, Duration::from_millis(age.unwrap_or_default()))
}

/// The active session of a request.
async fn authenticate(request: &HttpRequest) -> Result<ActiveSession, ApiError> {
    authenticated(request, verify(request).await)
}

fn authenticated(request: &HttpRequest, verdict: Verdict) -> Result<ActiveSession, ApiError> {
    match verdict {
        Verdict::Active(session) => check_session_header(request, &session).map(|()| session),
        Verdict::Ended(reason) => Err(unauthorized(request, reason)),
        Verdict::Unavailable(error) => Err(error.into()),
    }
}

async fn verify(request: &HttpRequest) -> Verdict {
    data::<SessionService>(request).verify(token(request).as_ref()).await
}

fn token(request: &HttpRequest) -> Option<Token> {
    data::<SessionCookie>(request).presented(request.headers()).token
}

#[expect(clippy::expect_used, reason = "app.rs registers it for every request; without it no test would pass")]
fn data<T: 'static>(request: &HttpRequest) -> &Data<T> {
    request.app_data::<Data<T>>().expect("registered in app.rs")
}
