//! Why a call did not succeed, with the one line drawn that matters: the server refused, or nobody can tell.

use latchkey_shared::{EndReason, ErrorCode, Problem};

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
    },
}

/// How the server says that the session of a call is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReportedEnd {
    /// For a reason that this build knows, and has words for.
    Known(EndReason),
    /// For a reason that is newer than this build: an old tab after a deployment. The words are the server's.
    Unknown {
        /// The reason's code.
        code: String,
        /// A heading of two or three words.
        title: String,
        /// The reason in words, for the user.
        detail: String,
    },
}

impl ApiError {
    /// Whether the answer ends the session, and how: every 401 of this API does, except for the one that rejects a password.
    #[must_use]
    pub fn end(&self) -> Option<ReportedEnd> {
        match self {
            Self::Refused(problem) if problem.status == 401 => match problem.code {
                ErrorCode::Unknown => Some(ReportedEnd::Unknown {
                    code: problem.family_code()?.to_owned(),
                    title: problem.title.clone(),
                    detail: problem.detail.clone(),
                }),
                code => code.end_reason().map(ReportedEnd::Known),
            },
            Self::Refused(_) | Self::TooManyAttempts { .. } | Self::CannotTell { .. } => None,
        }
    }

    /// What to tell a person who waits for the call.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Refused(problem) => problem.detail.clone(),
            Self::TooManyAttempts { detail, .. } => detail.clone(),
            Self::CannotTell { .. } => CANNOT_TELL.to_owned(),
        }
    }
}

impl From<NoAnswer> for ApiError {
    fn from(_: NoAnswer) -> Self {
        Self::CannotTell { retry_after_ms: None, answered: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(code: ErrorCode) -> ApiError {
        ApiError::Refused(Problem::new(code, "In words."))
    }

    #[test]
    fn every_reason_for_an_end_is_one_and_a_wrong_password_is_none() {
        for reason in EndReason::ALL {
            assert_eq!(refused(reason.into()).end(), Some(ReportedEnd::Known(reason)));
        }
        for &code in ErrorCode::ALL {
            assert_eq!(refused(code).end().is_some(), code.end_reason().is_some(), "{code:?}");
        }
    }

    #[test]
    fn a_401_of_the_future_is_an_end_in_the_servers_own_words() {
        let kind = "urn:latchkey:problem:moved-abroad".into();
        let title = "Moved abroad".into();
        let problem =
            Problem { kind, title, status: 401, ..Problem::new(ErrorCode::Unknown, "It lives elsewhere now.") };
        let end = ReportedEnd::Unknown {
            code: "moved-abroad".into(),
            title: "Moved abroad".into(),
            detail: "It lives elsewhere now.".into(),
        };
        assert_eq!(ApiError::Refused(problem.clone()).end(), Some(end));
        assert_eq!(ApiError::Refused(Problem { status: 418, ..problem }).end(), None);
    }
}
