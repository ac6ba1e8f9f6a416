//! `Authenticated`: a body and the session that sends it, checked in the order that is safe.

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use serde::de::DeserializeOwned;

use super::{ApiJson, CurrentSession, Extraction};
use crate::http::error::ApiError;

/// A JSON body and the active session that sends it. The session is checked after the whole body has arrived: one that ends
/// while its body is held back does nothing.
///
/// Rejects what the session extractor and [`ApiJson`] reject, and the session's answer goes first: without a session nobody is
/// told what is wrong with the body. `Authenticated<T, RecentlyAuthenticated>` also asks for a recent proof of the password. A
/// handler that reads a body of another kind extracts its session when it has read it:
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
