//! Why a session ended. The server may be newer than this build and send a reason that this build does not know.

use latchkey_shared::{EndReason, Problem};

/// Why a session ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EndCause {
    /// A reason that this build knows.
    Known(EndReason),
    /// Another reason, with the server's message.
    Other {
        /// A few words.
        title: String,
        /// A sentence or two.
        detail: String,
    },
}

impl EndCause {
    /// The cause in a problem answer; `None` if the problem is not the end of the session.
    #[must_use]
    pub fn from_problem(problem: &Problem) -> Option<Self> {
        if let Some(reason) = problem.error_code().end_reason() {
            return Some(Self::Known(reason));
        }
        // A problem of this API with a code that this build does not know.
        let newer = problem.status == 401 && problem.error_code() == latchkey_shared::ErrorCode::Unknown;
        (newer && problem.family_code().is_some())
            .then(|| Self::Other { title: problem.title.clone(), detail: problem.detail.clone() })
    }

    /// The cause with this code; with the title and the detail if this build does not know the code.
    #[must_use]
    pub fn from_code(code: &str, title: String, detail: String) -> Self {
        EndReason::parse(code).map_or(Self::Other { title, detail }, Self::Known)
    }

    /// The reason, if this build knows it.
    #[must_use]
    pub const fn reason(&self) -> Option<EndReason> {
        match self {
            Self::Known(reason) => Some(*reason),
            Self::Other { .. } => None,
        }
    }

    /// The reason's code, if this build knows it.
    #[must_use]
    pub fn code(&self) -> Option<&'static str> {
        self.reason().map(EndReason::as_str)
    }

    /// A title of a few words.
    #[must_use]
    pub fn title(&self) -> &str {
        match self {
            Self::Known(reason) => reason.title(),
            Self::Other { title, .. } => title,
        }
    }

    /// A sentence or two.
    #[must_use]
    pub fn detail(&self) -> &str {
        match self {
            Self::Known(reason) => reason.detail(),
            Self::Other { detail, .. } => detail,
        }
    }
}

impl From<EndReason> for EndCause {
    fn from(reason: EndReason) -> Self {
        Self::Known(reason)
    }
}

impl PartialEq<EndReason> for EndCause {
    fn eq(&self, other: &EndReason) -> bool {
        self.reason() == Some(*other)
    }
}

#[cfg(test)]
mod tests {
    use latchkey_shared::ErrorCode;

    use super::*;

    fn problem(status: u16, kind: &str) -> Problem {
        Problem::custom(status, kind, "plan-ended", "Plan ended", "Your plan has ended.")
    }

    #[test]
    fn an_unknown_reason_is_an_end_with_the_servers_message() {
        let cause = EndCause::from_problem(&problem(401, "urn:latchkey:problem:plan-ended")).unwrap();
        assert_eq!((cause.title(), cause.detail(), cause.code()), ("Plan ended", "Your plan has ended.", None));
    }

    #[test]
    fn a_401_of_another_api_and_another_status_are_no_end() {
        assert_eq!(EndCause::from_problem(&problem(401, "https://proxy.example/login")), None);
        assert_eq!(EndCause::from_problem(&problem(403, "urn:latchkey:problem:plan-ended")), None);
        let wrong = Problem::new(ErrorCode::BadCredentials, "No.");
        assert_eq!(EndCause::from_problem(&wrong), None);
    }
}
