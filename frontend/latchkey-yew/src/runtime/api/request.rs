//! A call before it is made: what is asked, and how the answer is read. Calls are data, so that one piece of code makes them
//! all, and can make one again.

use std::borrow::Cow;

use latchkey_shared::SessionId;
use latchkey_shared::api::{ACTIVITY_HEADER, KEEP_COOKIE_HEADER, SESSION_HEADER};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{ApiError, response};
use crate::browser::{Request, Response, fetch, to_json};

/// How long an answer may take, unless the call says otherwise. Whoever waits for the cookie's lock waits as long.
const TIMEOUT_MS: u32 = 8_000;

/// A call whose answer is a `T`.
#[derive(Clone, Debug)]
pub struct TypedRequest<T> {
    /// What is asked.
    pub request: ApiRequest,
    /// Reads the answer.
    pub read: fn(&Response) -> Result<T, ApiError>,
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct ApiRequest {
    method: &'static str,
    path: Cow<'static, str>,
    body: Option<String>,
    activity_age_ms: Option<u64>,
    keeps_cookie: bool,
    keepalive: bool,
    timeout_ms: u32,
    /// Whether a success sets or removes the cookie.
    pub changes_cookie: bool,
}

impl<T> TypedRequest<T> {
    /// Makes the call, and names the session that the caller believes in, so that the server refuses to touch another one.
    ///
    /// # Errors
    /// When the server refuses, or when nobody can tell.
    pub async fn send(self, session: Option<&SessionId>) -> Result<T, ApiError> {
        (self.read)(&self.request.send(session).await?)
    }
}

impl ApiRequest {
    /// A `GET` of a path of this site.
    #[must_use]
    pub fn get(path: impl Into<Cow<'static, str>>) -> Self {
        Self {
            method: "GET",
            path: path.into(),
            body: None,
            activity_age_ms: None,
            keeps_cookie: false,
            keepalive: false,
            timeout_ms: TIMEOUT_MS,
            changes_cookie: false,
        }
    }

    /// A `POST` to a path of this site.
    #[must_use]
    pub fn post(path: impl Into<Cow<'static, str>>) -> Self {
        Self { method: "POST", ..Self::get(path) }
    }

    /// A `PATCH` of a path of this site.
    #[must_use]
    pub fn patch(path: impl Into<Cow<'static, str>>) -> Self {
        Self { method: "PATCH", ..Self::get(path) }
    }

    /// A `DELETE` of a path of this site.
    #[must_use]
    pub fn delete(path: impl Into<Cow<'static, str>>) -> Self {
        Self { method: "DELETE", ..Self::get(path) }
    }

    /// Reports that the user did something so long ago, which counts against the idle limit.
    pub fn with_activity(self, activity_age_ms: Option<u64>) -> Self {
        Self { activity_age_ms, ..self }
    }

    /// Has the server leave the cookie alone if the session is over: the call does not hold the cookie's lock, so its answer
    /// may come after that of a log-in.
    pub fn keeping_cookie(self) -> Self {
        Self { keeps_cookie: true, ..self }
    }

    /// Says that a success sets or removes the cookie.
    pub fn changing_cookie(self) -> Self {
        Self { changes_cookie: true, ..self }
    }

    /// Has the browser send it even if the page is closed right after.
    pub fn keepalive(self) -> Self {
        Self { keepalive: true, ..self }
    }

    /// Carries a body. Our own plain structs always serialise; the server would refuse the absence of a body.
    pub fn json_body(self, body: &impl Serialize) -> Self {
        Self { body: to_json(body), ..self }
    }

    /// The answer must be JSON.
    pub fn expect_json<T: DeserializeOwned>(self) -> TypedRequest<T> {
        TypedRequest { request: self, read: response::json }
    }

    /// The answer must be empty.
    pub fn expect_empty(self) -> TypedRequest<()> {
        TypedRequest { request: self, read: response::nothing }
    }

    /// Asks. The answer is one of a success.
    pub async fn send(&self, session: Option<&SessionId>) -> Result<Response, ApiError> {
        let mut headers = vec![("Accept", "application/json")];
        headers.extend(session.map(|session| (SESSION_HEADER, session.0.as_str())));
        let activity_age = self.activity_age_ms.map(|age_ms| age_ms.to_string());
        headers.extend(activity_age.as_deref().map(|age| (ACTIVITY_HEADER, age)));
        headers.extend(self.keeps_cookie.then_some((KEEP_COOKIE_HEADER, "1")));
        headers.extend(self.body.as_ref().map(|_| ("Content-Type", "application/json")));
        let Self { method, keepalive, timeout_ms, .. } = *self;
        let (path, body) = (&*self.path, self.body.as_deref());
        let request = Request { method, path, headers: &headers, body, keepalive, timeout_ms };
        response::success(fetch(request).await?)
    }
}
