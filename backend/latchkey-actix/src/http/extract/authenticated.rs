//! `Authenticated`: a JSON body and the session that sent it, checked in a safe order.

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use serde::de::DeserializeOwned;

use super::{ApiJson, CurrentSession, Extraction};
use crate::http::error::ApiError;

/// A JSON body and the active session that sent it. The session is checked after the whole body has arrived, so that a session that
/// ended meanwhile does nothing.
///
/// Rejects what the session extractor and [`ApiJson`] reject, and the session's answer takes precedence, so that clients
/// without a session learn nothing about the body. `Authenticated<T, RecentlyAuthenticated>` also requires a recent authentication. A
/// handler that reads another kind of body extracts the session after reading it:
/// `CurrentSession::extract(&request).await?`.
#[derive(Clone, Debug)]
pub struct Authenticated<T, S = CurrentSession> {
    /// The session.
    pub session: S,
    /// The body.
    pub body: T,
}

impl<T, S> FromRequest for Authenticated<T, S>
where
    T: DeserializeOwned + 'static,
    S: FromRequest<Error = ApiError> + 'static,
{
    type Error = ApiError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = ApiJson::<T>::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let body = body.await;
            let session = S::extract(&request).await?;
            let ApiJson(body) = body?;
            Ok(Self { session, body })
        })
    }
}
