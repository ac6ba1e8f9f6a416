//! A request that a page makes, put together step by step.

use std::borrow::Cow;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::api::{Activity, ApiError, ApiResponse, Problems, RequestParts, empty};
use super::in_session::Sending;
use super::manager::SessionManager;
use crate::browser::{Body, with_query};

/// A request, made by [`ApiClient::get`](crate::ApiClient::get) and its siblings. Nothing is sent before one of
/// [`send`](Self::send), [`send_empty`](Self::send_empty), [`text`](Self::text), [`bytes`](Self::bytes) and
/// [`response`](Self::response) is awaited; dropping their future aborts the request.
///
/// It is sent in the name of the session that the page shows, and waits until it is known who is signed in. If the server
/// answers that the session is over while the page [keeps input](crate::SessionView::has_unsaved_input), or that it needs a fresh
/// proof of the password, the user is asked for the password in place, and the request is sent exactly once more. It is never
/// sent in another user's name.
///
/// Redirections are not followed and nothing is taken from the browser's cache. Its cookies go along.
#[must_use = "nothing is sent before `send`, `send_empty`, `text`, `bytes` or `response` is awaited"]
#[derive(Clone)]
pub struct ApiRequest {
    manager: SessionManager,
    pub(super) parts: RequestParts,
}

impl ApiRequest {
    pub(super) fn new(manager: &SessionManager, method: &'static str, path: String) -> Self {
        let mut parts = RequestParts::new(method, path, Problems::Any);
        parts.keeps_cookie = true;
        parts.in_session = true;
        Self { manager: manager.clone(), parts }
    }

    /// Adds a parameter to the address's query. Name and value are encoded.
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.parts.path = with_query(&self.parts.path, name, value);
        self
    }

    /// Sets a header. The session's own headers cannot be set.
    pub fn header(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Cow<'static, str>>) -> Self {
        self.parts.headers.push((name.into(), value.into()));
        self
    }

    /// Asks for a media type; JSON, unless the answer is read as [`text`](Self::text), as [`bytes`](Self::bytes) or as a whole
    /// [`response`](Self::response).
    pub fn accept(self, media_type: impl Into<Cow<'static, str>>) -> Self {
        self.header("Accept", media_type)
    }

    /// Carries a body of JSON. A value that JSON does not have makes the request
    /// [invalid](ApiError::InvalidRequest), and so does an integer beyond 2^53.
    pub fn json(mut self, value: &impl Serialize) -> Self {
        self.parts = self.parts.json(value);
        self
    }

    /// Carries a body of any media type.
    pub fn body(mut self, bytes: impl AsRef<[u8]>, media_type: impl Into<Cow<'static, str>>) -> Self {
        self.parts.body = Some((media_type.into(), Body::bytes(bytes.as_ref())));
        self
    }

    /// How long a complete answer may take from when the request is sent; 8 seconds, unless it is said. A request that is sent
    /// once more has this time anew, and the time in which a user is asked for the password does not count. The longest
    /// is 24.8 days.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.parts.timeout_ms = u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX);
        self
    }

    /// Says that a user asked for it just now, which counts against the idle limit. Requests other than `GET` and `HEAD`
    /// always count; a `GET` does not, because apps repeat those by themselves.
    pub fn with_activity(mut self) -> Self {
        self.parts.activity = Some(Activity::Now);
        self
    }

    /// Leaves the session out of it: the request does not wait until it is known who is signed in, names no session, and
    /// whatever is answered means nothing for the session. The browser's cookies go along all the same.
    pub fn without_session(mut self) -> Self {
        self.parts.in_session = false;
        self
    }

    /// Sends it and reads the answer's body, which must be JSON of a success, any 2xx.
    ///
    /// # Errors
    /// Why there is no such answer; [`ApiError::Unexpected`] for a success without a body, such as a 204.
    pub async fn send<T: DeserializeOwned>(self) -> Result<T, ApiError> {
        self.answer().await?.0.json()
    }

    /// Sends it and needs nothing but a success, any 2xx. A body is ignored; a page of HTML, as a captive portal answers,
    /// is no success.
    ///
    /// # Errors
    /// Why it is no success.
    pub async fn send_empty(self) -> Result<(), ApiError> {
        empty(&self.answer().await?.0)
    }

    /// Sends it and reads the answer's body as text, of any media type.
    ///
    /// # Errors
    /// Why there is no answer of a success.
    pub async fn text(self) -> Result<String, ApiError> {
        Ok(self.response().await?.text())
    }

    /// Sends it and reads the answer's body as bytes, of any media type.
    ///
    /// # Errors
    /// Why there is no answer of a success.
    pub async fn bytes(self) -> Result<Vec<u8>, ApiError> {
        Ok(self.response().await?.bytes())
    }

    /// Sends it and returns the whole answer of a success, of any media type.
    ///
    /// # Errors
    /// Why there is no answer of a success.
    pub async fn response(mut self) -> Result<ApiResponse, ApiError> {
        self.parts.accept = "*/*".into();
        Ok(self.answer().await?.0)
    }

    fn answer(self) -> Sending {
        self.manager.send(self.parts)
    }
}
