//! The one way to the server: what every call sends.

use latchkey_shared::SessionId;
use latchkey_shared::api::{ACTIVITY_HEADER, SESSION_HEADER};
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
        Self(Request {
            method: "GET",
            path,
            headers: vec![("Accept", "application/json")],
            body: None,
            timeout_ms: TIMEOUT_MS,
        })
    }

    pub(super) fn post(path: &'a str) -> Self {
        let Self(request) = Self::get(path);
        Self(Request { method: "POST", ..request })
    }

    /// Names the session that the caller believes in, so that the server refuses to touch another one.
    pub(super) fn named(mut self, session: &'a SessionId) -> Self {
        self.0.headers.push((SESSION_HEADER, &session.0));
        self
    }

    /// Says whether a person's doing is behind the call, which counts against the idle limit.
    pub(super) fn for_a_person(mut self, activity: bool) -> Self {
        if activity {
            self.0.headers.push((ACTIVITY_HEADER, "1"));
        }
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
