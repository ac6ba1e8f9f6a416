//! Why a call did not succeed, with the one line drawn that matters: the server refused, or nobody can tell.

use latchkey_shared::Problem;

use crate::browser::NoAnswer;

const CANNOT_TELL: &str = "The server cannot be reached right now. Try again in a moment.";

/// Why a call did not succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApiError {
    /// The server understood and refused, and said why.
    Refused(Problem),
    /// The server has heard too much of this lately. Nothing was decided.
    TooManyAttempts {
        /// When we are asked to ask again.
        retry_after_ms: Option<u64>,
        /// What the server had to say to the person.
        detail: String,
    },
    /// No answer, or none that the server meant for us: offline, a time-out, 5xx, a proxy's page. Nothing was decided.
    CannotTell {
        /// When we are asked to ask again.
        retry_after_ms: Option<u64>,
        /// Whether something answered at all.
        answered: bool,
        /// Whether what answered was not the server: a portal's page, a proxy's error.
        foreign: bool,
    },
}

impl ApiError {
    /// What to tell a person who waits for the call.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::Refused(problem) => problem.detail.clone(),
            Self::TooManyAttempts { detail, .. } => detail.clone(),
            Self::CannotTell { .. } => CANNOT_TELL.to_owned(),
        }
    }
}

impl From<NoAnswer> for ApiError {
    fn from(_: NoAnswer) -> Self {
        Self::CannotTell { retry_after_ms: None, answered: false, foreign: false }
    }
}
