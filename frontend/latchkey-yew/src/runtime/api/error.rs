//! Why a call did not succeed, with the one line drawn that matters: the server refused, or nobody can tell.

use std::error::Error;
use std::fmt;

use latchkey_shared::{ErrorCode, Problem};
use yew::AttrValue;

use super::response::ApiResponse;
use crate::browser::FetchError;
use crate::end_cause::EndCause;
use crate::texts;

/// Why a call did not succeed. `Display` says it in a sentence for users, which is that of [`message`](Self::message); `Debug` has what
/// programmers need.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ApiError {
    /// The server understood and refused, and said why: a 4xx with a problem of Latchkey's or of the app's own. Branch on
    /// [`Problem::code`], or on [`Problem::error_code`] for Latchkey's.
    Refused(Problem),
    /// A 429: the server has heard too much of this lately. Nothing was decided.
    TooManyRequests {
        /// After how many milliseconds the server asks to be asked again, if it said so.
        retry_after_ms: Option<u64>,
        /// The server's words.
        problem: Problem,
    },
    /// A 408 or 5xx that the server itself sent. Nothing was decided.
    Unavailable {
        /// After how many milliseconds the server asks to be asked again, if it said so.
        retry_after_ms: Option<u64>,
        /// The server's words; those of a 5xx are for operators.
        problem: Problem,
    },
    /// An answer that is not what was asked for: a success of another media type, JSON of another shape, a redirection, or a
    /// failure without a problem. A captive portal's page and a proxy's error look like this.
    Unexpected {
        /// The answer.
        response: ApiResponse,
        /// What is wrong with it, for programmers.
        reason: String,
    },
    /// No answer came: the connection failed or broke off.
    Offline,
    /// No complete answer came within the call's time-out.
    Timeout,
    /// The session is over, and the user has not signed in again in place.
    SessionEnded(EndCause),
    /// The browser's session is another one by now, perhaps another user's. The call was not sent once more.
    SessionChanged,
    /// The call needs a fresh proof of the password, and the user left the dialog that asked for it.
    NotConfirmed,
    /// The call needs a session, and nobody is signed in. Make it [without one](crate::ApiRequest::without_session) if it
    /// does not.
    NotSignedIn,
    /// The call was never sent: an address of another site, a body that cannot be written as JSON, a header or a method that
    /// browsers do not allow. Why, for programmers.
    InvalidRequest(String),
}

impl ApiError {
    /// What to tell a user who waits for the call, in a sentence or two: the app's [`Texts`](crate::Texts), or the server's words
    /// for a problem that has no text there.
    #[must_use]
    pub fn message(&self) -> AttrValue {
        let texts = texts::current();
        let text = match self {
            Self::Refused(problem) | Self::TooManyRequests { problem, .. } => {
                return texts.refusal(problem.error_code(), words_of(problem));
            }
            Self::SessionEnded(cause) => return texts.end(cause).detail,
            Self::Unavailable { .. } | Self::Unexpected { .. } | Self::Offline | Self::Timeout => &texts.unreachable,
            Self::SessionChanged => &texts.session_changed,
            Self::NotConfirmed => &texts.not_confirmed,
            Self::NotSignedIn => &texts.not_signed_in,
            Self::InvalidRequest(_) => &texts.invalid_request,
        };
        text.clone()
    }

    /// The problem that the server answered with, if it did.
    #[must_use]
    pub const fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Refused(problem) | Self::TooManyRequests { problem, .. } | Self::Unavailable { problem, .. } => {
                Some(problem)
            }
            _ => None,
        }
    }

    /// After how many milliseconds the server asks to be asked again, if it said so.
    #[must_use]
    pub const fn retry_after_ms(&self) -> Option<u64> {
        match self {
            Self::TooManyRequests { retry_after_ms, .. } | Self::Unavailable { retry_after_ms, .. } => *retry_after_ms,
            _ => None,
        }
    }

    /// Whether it was refused with this code of Latchkey's.
    #[must_use]
    pub fn is(&self, code: ErrorCode) -> bool {
        matches!(self, Self::Refused(problem) if problem.error_code() == code)
    }
}

/// The detail of a problem, or its title if it has none.
fn words_of(problem: &Problem) -> &str {
    if problem.detail.is_empty() { &problem.title } else { &problem.detail }
}

impl fmt::Display for ApiError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message())
    }
}

impl Error for ApiError {}

impl From<FetchError> for ApiError {
    fn from(reason: FetchError) -> Self {
        match reason {
            FetchError::Offline => Self::Offline,
            FetchError::TimedOut => Self::Timeout,
            FetchError::Invalid(why) => Self::InvalidRequest(why),
        }
    }
}
