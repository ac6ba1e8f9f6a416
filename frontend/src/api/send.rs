//! The one way to the server: what every call sends.

use latchkey_shared::SessionId;
use latchkey_shared::api::SESSION_HEADER;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{ApiError, answer};
use crate::browser::{Request, fetch, to_json};

/// How long an answer may take. Whoever waits for the cookie's lock waits as long.
const TIMEOUT_MS: u32 = 8_000;

/// A call before it is sent.
#[derive(Debug)]
pub(super) struct Call<'a>(Request<'a>);

impl<'a> Call<'a> {
    pub(super) fn get(path: &'a str) -> Self {
        Self::new("GET", path)
    }

    pub(super) fn post(path: &'a str) -> Self {
        Self::new("POST", path)
    }

    pub(super) fn patch(path: &'a str) -> Self {
        Self::new("PATCH", path)
    }

    pub(super) fn delete(path: &'a str) -> Self {
        Self::new("DELETE", path)
    }

    fn new(method: &'static str, path: &'a str) -> Self {
        let headers = vec![("Accept", "application/json")];
        Self(Request { method, path, headers, body: None, timeout_ms: TIMEOUT_MS })
    }

    /// Names the session that the caller believes in, if any, so that the server refuses to touch another one.
    pub(super) fn named(mut self, session: impl Into<Option<&'a SessionId>>) -> Self {
        let name = session.into().map(|session| (SESSION_HEADER, session.0.as_str()));
        self.0.headers.extend(name);
        self
    }

    /// Carries a body.
    pub(super) fn json(mut self, body: &impl Serialize) -> Self {
        self.0.headers.push(("Content-Type", "application/json"));
        // Our own plain structs always serialise; the server would refuse the absence of a body.
        self.0.body = to_json(body);
        self
    }

    /// Sends the call; the answer must be JSON.
    pub(super) async fn receive_json<T: DeserializeOwned>(self) -> Result<T, ApiError> {
        answer::json(&fetch(self.0).await?)
    }

    /// Sends the call; the answer must be 204.
    pub(super) async fn receive_nothing(self) -> Result<(), ApiError> {
        answer::nothing(&fetch(self.0).await?)
    }
}
