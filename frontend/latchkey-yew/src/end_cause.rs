//! Why a session ended, as far as this build knows: a server may be newer, and then its own words stand.

use latchkey_shared::{EndReason, Problem};

/// Why a session ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EndCause {
    /// For one of the reasons that this build knows.
    Known(EndReason),
    /// For another one, in the server's words.
    Other {
        /// Two or three words.
        title: String,
        /// A sentence or two.
        detail: String,
    },
}

impl EndCause {
    /// The cause that a 401 of ours gives, if it is about the session at all.
    #[must_use]
    pub fn of_problem(problem: &Problem) -> Option<Self> {
        if let Some(reason) = problem.error_code().end_reason() {
            return Some(Self::Known(reason));
        }
        // Of our family, and with a code that this build does not know.
        let newer = problem.status == 401 && problem.error_code() == latchkey_shared::ErrorCode::Unknown;
        (newer && problem.family_code().is_some())
            .then(|| Self::Other { title: problem.title.clone(), detail: problem.detail.clone() })
    }

    /// The cause with this code, or in these words.
    #[must_use]
    pub fn of(code: &str, title: String, detail: String) -> Self {
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

    /// A heading of two or three words.
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
    fn a_reason_that_this_build_does_not_know_is_an_end_in_the_servers_words() {
        let cause = EndCause::of_problem(&problem(401, "urn:latchkey:problem:plan-ended")).unwrap();
        assert_eq!((cause.title(), cause.detail(), cause.code()), ("Plan ended", "Your plan has ended.", None));
    }

    #[test]
    fn another_familys_401_and_another_status_are_no_end() {
        assert_eq!(EndCause::of_problem(&problem(401, "https://proxy.example/login")), None);
        assert_eq!(EndCause::of_problem(&problem(403, "urn:latchkey:problem:plan-ended")), None);
        let wrong = Problem::new(ErrorCode::BadCredentials, "No.");
        assert_eq!(EndCause::of_problem(&wrong), None);
    }
}
