//! A request before it is sent. Requests are data, so that one piece of code sends them all, and can send one again.

use std::borrow::Cow;

use latchkey_shared::SessionId;
use latchkey_shared::api::{ACTIVITY_HEADER, KEEP_COOKIE_HEADER, SESSION_HEADER};
use serde::Serialize;

use super::error::ApiError;
use super::reading::{Problems, success};
use super::response::ApiResponse;
use crate::browser::{Body, Request, Response, fetch, now_ms};

/// How long an answer may take, unless the call says otherwise. Whoever waits for the cookie's lock waits as long.
const TIMEOUT_MS: u64 = 8_000;

/// A name of a header or a media type, and a value.
type Text = Cow<'static, str>;

/// What is sent, but for the session.
#[derive(Clone, Debug)]
pub(crate) struct RequestParts {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) headers: Vec<(Text, Text)>,
    pub(crate) accept: Text,
    pub(crate) body: Option<(Text, Body)>,
    /// When the user last did something, which counts against the idle limit.
    pub(crate) activity: Option<Activity>,
    /// Whether it is made in the name of the session.
    pub(crate) in_session: bool,
    /// Has the server leave the cookie alone if the session is over: the call does not hold the cookie's lock, so its answer
    /// may come after that of a log-in.
    pub(crate) keeps_cookie: bool,
    /// Whether a success sets or removes the cookie.
    pub(crate) changes_cookie: bool,
    /// Whether the browser still sends it when the page is closed meanwhile.
    pub(crate) keepalive: bool,
    pub(crate) timeout_ms: u64,
    pub(crate) problems: Problems,
    /// Why it cannot be sent.
    pub(crate) invalid: Option<String>,
}

/// When the user did something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Activity {
    /// When the request is sent.
    Now,
    /// At this time, on the clock of `browser::now_ms`.
    At(u64),
}

impl Activity {
    fn age_ms(self, now_ms: u64) -> u64 {
        match self {
            Self::Now => 0,
            Self::At(at_ms) => now_ms.saturating_sub(at_ms),
        }
    }
}

impl RequestParts {
    pub(crate) fn new(method: &'static str, path: String, problems: Problems) -> Self {
        let invalid = (!is_own_path(&path))
            .then(|| ["not a path of this site, which begins with one slash, as /api/notes does: ", &path].concat());
        Self {
            method,
            path,
            headers: Vec::new(),
            accept: "application/json".into(),
            body: None,
            activity: None,
            in_session: false,
            keeps_cookie: false,
            changes_cookie: false,
            keepalive: false,
            timeout_ms: TIMEOUT_MS,
            problems,
            invalid,
        }
    }

    /// Carries a body of JSON.
    pub(crate) fn json(mut self, value: &impl Serialize) -> Self {
        self.set_json(Body::json(value));
        self
    }

    fn set_json(&mut self, body: Result<Body, String>) {
        match body {
            Ok(body) => self.body = Some(("application/json".into(), body)),
            Err(why) => self.invalid = Some(["the body cannot be written as JSON: ", &why].concat()),
        }
    }

    /// Sends it, and names the session that the caller believes in, so that the server refuses to touch another one.
    ///
    /// # Errors
    /// Anything but a success.
    pub(crate) async fn send(&self, session: Option<&SessionId>) -> Result<ApiResponse, ApiError> {
        if let Some(why) = &self.invalid {
            return Err(ApiError::InvalidRequest(why.clone()));
        }
        let activity_age = self.activity.map(|activity| activity.age_ms(now_ms()).to_string());
        let mut headers = vec![("Accept", &*self.accept)];
        headers.extend(self.body.as_ref().map(|(media_type, _)| ("Content-Type", &**media_type)));
        // What the app sets comes before what only the session's client knows.
        headers.extend(self.headers.iter().map(|(name, value)| (&**name, &**value)));
        headers.extend(session.map(|session| (SESSION_HEADER, session.0.as_str())));
        headers.extend(activity_age.as_deref().map(|age| (ACTIVITY_HEADER, age)));
        headers.extend(self.keeps_cookie.then_some((KEEP_COOKIE_HEADER, "1")));
        let response: Response = fetch(Request {
            method: self.method,
            path: &self.path,
            headers: &headers,
            body: self.body.as_ref().map(|(_, body)| body),
            keepalive: self.keepalive,
            timeout_ms: self.timeout_ms,
        })
        .await?;
        success(ApiResponse(response), self.problems)
    }
}

/// Whether this is a path of this site, to whatever else browsers may resolve it: they read backslashes as slashes, and drop
/// tabs and line breaks.
fn is_own_path(path: &str) -> bool {
    let rest = path.strip_prefix('/');
    rest.is_some_and(|rest| !rest.starts_with(['/', '\\']) && !rest.contains(char::is_control))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_asked() {
        for path in ["/", "/api/notes", "/api/notes?q=a//b", "/api/notes/ä \\", "/a//b"] {
            assert!(is_own_path(path), "{path:?}");
        }
        for path in [
            "",
            "api/notes",
            "https://other.example/api",
            "//other.example/api",
            "/\\other.example/api",
            "\\\\other.example",
            "/\t/other.example",
            "\n//other.example",
            "data:text/plain,x",
        ] {
            assert!(!is_own_path(path), "{path:?}");
        }
    }
}
