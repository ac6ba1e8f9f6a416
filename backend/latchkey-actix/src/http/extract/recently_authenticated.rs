//! `RecentlyAuthenticated`: an active session whose user gave the password recently.

use std::ops::Deref;

use actix_web::{FromRequest, HttpRequest, dev::Payload};

use super::{CurrentSession, Extraction, app_data};
use crate::{
    http::error::ApiError,
    service::{ActiveSession, SessionService},
};

/// The active session of a request, if its user gave the password within the re-authentication window (15 minutes by default). For
/// actions that a stolen session must not allow, such as deleting the account or showing a recovery code.
///
/// Rejects what [`CurrentSession`] rejects, and answers 403 `reauth-required` if the user authenticated too long ago. A client then
/// logs in again and repeats the request; Latchkey's own client does both by itself. With a body:
/// `Authenticated<Body, RecentlyAuthenticated>`.
#[derive(Clone, Debug)]
pub struct RecentlyAuthenticated(pub ActiveSession);

impl Deref for RecentlyAuthenticated {
    type Target = ActiveSession;

    fn deref(&self) -> &ActiveSession {
        &self.0
    }
}

impl FromRequest for RecentlyAuthenticated {
    type Error = ApiError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let session = CurrentSession::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let CurrentSession(session) = session.await?;
            let is_recent = app_data::get::<SessionService>(&request)?.recently_authenticated(&session);
            if is_recent { Ok(Self(session)) } else { Err(ApiError::ReauthRequired) }
        })
    }
}
