//! [`Problem`], the error type of handlers: an RFC 9457 problem with its headers and, for the log, its cause.

use std::{error::Error, fmt};

use actix_web::{
    HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
};
use latchkey_shared::{ErrorCode, Problem as WireProblem, api};
use tracing::Level;

/// `Retry-After` of an outage, in seconds.
pub const RETRY_AFTER_S: u64 = 1;

/// The detail of an internal error. Its cause goes only to the log.
const FAILED: &str = "The server failed. The cause is in its log.";

/// An RFC 9457 problem as the answer of a handler: `Result<_, Problem>`.
///
/// `?` turns any [`std::error::Error`] into one, so a handler needs no error type of its own: an error that is not Latchkey's
/// or actix's is answered with 500 `internal`, and its text goes to the log, not to the client. For `anyhow::Error` and others that do
/// not implement the trait, use `.map_err(Problem::internal)?`. Errors that a client can act on get an answer of their own:
///
/// ```
/// # use latchkey_actix::Problem; use actix_web::http::StatusCode;
/// # struct Note; async fn find(_: u64) -> Result<Option<Note>, std::io::Error> { Ok(None) }
/// async fn note(id: u64) -> Result<Note, Problem> {
///     find(id).await?.ok_or_else(|| Problem::not_found("There is no such note."))
/// }
/// # fn locked() -> Problem {
/// Problem::custom(StatusCode::CONFLICT, "urn:notes:problem:locked", "locked", "Note locked", "Ada is editing this note.")
/// # }
/// ```
///
/// An error type of the app with specific answers needs a method, because `?` follows the rule above:
/// `save(note).await.map_err(SaveError::into_problem)?`.
#[derive(Clone, Debug)]
pub struct Problem(Box<Parts>);

#[derive(Clone, Debug)]
struct Parts {
    status: StatusCode,
    wire: WireProblem,
    headers: Vec<(HeaderName, HeaderValue)>,
    cause: Option<Cause>,
}

/// The cause of an error answer, for the request's log line. It is an extension of the answer and not sent to the client.
#[derive(Clone, Debug)]
pub struct Cause {
    /// What happened.
    pub text: String,
    /// The level of the log line.
    pub level: Level,
}

impl Cause {
    /// The cause from an error and all of its sources.
    #[must_use]
    pub fn of(error: &dyn Error) -> Self {
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(error) = source {
            let next = error.to_string();
            // Some errors repeat their source in their own text.
            if !text.ends_with(&next) {
                text = format!("{text}: {next}");
            }
            source = error.source();
        }
        Self { text, level: Level::ERROR }
    }
}

impl Problem {
    /// A problem with one of Latchkey's codes, which decides its status, and a detail for users. [`ErrorCode::Unavailable`] adds
    /// `Retry-After: 1`.
    #[must_use]
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        let wire = WireProblem::new(code, detail);
        let status = StatusCode::from_u16(wire.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let problem = Self(Box::new(Parts { status, wire, headers: Vec::new(), cause: None }));
        if code == ErrorCode::Unavailable { problem.retry_after_s(RETRY_AFTER_S) } else { problem }
    }

    /// A problem of the app's own. `kind` is a URI that names its kind (`urn:notes:problem:locked`), `code` is for
    /// clients to branch on (`locked`), `title` is the kind in two or three words, `detail` is a sentence for users.
    #[must_use]
    pub fn custom(
        status: StatusCode,
        kind: impl Into<String>,
        code: impl Into<String>,
        title: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        let wire = WireProblem::custom(status.as_u16(), kind, code, title, detail);
        Self(Box::new(Parts { status, wire, headers: Vec::new(), cause: None }))
    }

    /// A problem from a status alone. Its code is Latchkey's code for the status, if there is exactly one; otherwise its type is
    /// `about:blank` and its code the status in words, such as `payment-required`.
    #[must_use]
    pub fn of_status(status: StatusCode, detail: impl Into<String>) -> Self {
        let code = match status {
            StatusCode::BAD_REQUEST => ErrorCode::Malformed,
            StatusCode::NOT_FOUND => ErrorCode::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => ErrorCode::MethodNotAllowed,
            StatusCode::REQUEST_TIMEOUT => ErrorCode::RequestTimeout,
            StatusCode::PAYLOAD_TOO_LARGE => ErrorCode::BodyTooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => ErrorCode::UnsupportedMediaType,
            StatusCode::UNPROCESSABLE_ENTITY => ErrorCode::Unacceptable,
            StatusCode::INTERNAL_SERVER_ERROR => ErrorCode::Internal,
            StatusCode::SERVICE_UNAVAILABLE => ErrorCode::Unavailable,
            _ => {
                let title = status.canonical_reason().unwrap_or("Unknown problem");
                let code = title.to_ascii_lowercase().replace(' ', "-").replace('\'', "");
                return Self::custom(status, "about:blank", code, title, detail);
            }
        };
        Self::new(code, detail)
    }

    /// 404 `not-found`. Also for a resource of another user: a 403 would reveal that it exists.
    #[must_use]
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(ErrorCode::NotFound, detail)
    }

    /// 422 `unacceptable`: the request is well-formed, but a value in it is not acceptable.
    #[must_use]
    pub fn unacceptable(detail: impl Into<String>) -> Self {
        Self::new(ErrorCode::Unacceptable, detail)
    }

    /// 400 `malformed`: the request is not well-formed.
    #[must_use]
    pub fn malformed(detail: impl Into<String>) -> Self {
        Self::new(ErrorCode::Malformed, detail)
    }

    /// 403 `forbidden`: the user is not allowed to do this.
    #[must_use]
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::of_status(StatusCode::FORBIDDEN, detail)
    }

    /// 409 `conflict`: the request contradicts the current state, such as a concurrent change.
    #[must_use]
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::of_status(StatusCode::CONFLICT, detail)
    }

    /// 500 `internal`: the server failed. The cause, an error or a text, goes to the log with its sources, not to the client.
    #[must_use]
    pub fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let error: Box<dyn Error + Send + Sync> = cause.into();
        Self::opaque(ErrorCode::Internal, Cause::of(&*error))
    }

    /// 503 `unavailable` with `Retry-After`: a dependency, such as the app's own database, did not answer. The cause goes to the log,
    /// like that of [`Problem::internal`].
    #[must_use]
    pub fn unavailable(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let error: Box<dyn Error + Send + Sync> = cause.into();
        Self::opaque(ErrorCode::Unavailable, Cause::of(&*error))
    }

    /// Adds a header, such as `Retry-After`.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    /// The body that is sent to the client.
    #[must_use]
    pub fn body(&self) -> &WireProblem {
        &self.0.wire
    }

    pub(super) fn retry_after_s(self, seconds: u64) -> Self {
        self.with_header(header::RETRY_AFTER, seconds.into())
    }

    pub(super) fn with_cause(mut self, cause: Cause) -> Self {
        self.0.cause = Some(cause);
        self
    }

    /// A problem with a fixed detail that does not reveal its cause.
    pub(super) fn opaque(code: ErrorCode, cause: Cause) -> Self {
        let detail = match code {
            ErrorCode::Unavailable => "The server cannot answer this at the moment. Try again.",
            _ => FAILED,
        };
        Self::new(code, detail).with_cause(cause)
    }

    /// The problem that replaces actix's plain-text answer to an error. The text of a 5xx error goes only to the log.
    pub(super) fn of_actix_error(error: &actix_web::Error, status: StatusCode) -> Self {
        if status.is_client_error() {
            return Self::of_status(status, error.to_string());
        }
        Self::of_status(status, FAILED).with_cause(Cause { text: error.to_string(), level: Level::ERROR })
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.wire.detail)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.0.status
    }

    fn error_response(&self) -> HttpResponse {
        let Parts { status, wire, headers, cause } = &*self.0;
        let mut answer = HttpResponse::build(*status);
        answer.content_type(api::PROBLEM_JSON);
        for (name, value) in headers {
            answer.append_header((name.clone(), value.clone()));
        }
        let mut answer = answer.body(serde_json::to_string(wire).unwrap_or_default());
        if let Some(cause) = cause {
            answer.extensions_mut().insert(cause.clone());
        }
        answer
    }
}

#[cfg(test)]
mod tests;
