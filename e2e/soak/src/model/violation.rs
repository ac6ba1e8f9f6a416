//! Answers that no correct server gives.

use std::fmt;

/// What is wrong with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// An answer that contradicts the others, or none that the API has.
    Wrong,
    /// A session is refused that was started and never ended.
    Lost,
    /// A session is used although it has ended.
    Resurrected,
    /// There is no answer, and no fault that explains it.
    Unexcused,
}

/// An answer that no correct server gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// What is wrong with it.
    pub kind: Kind,
    /// The request, its answer and the fact that it contradicts.
    pub what: String,
}

impl Violation {
    pub fn new(kind: Kind, what: impl Into<String>) -> Self {
        Self { kind, what: what.into() }
    }
}

impl Kind {
    /// The kind in a word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Wrong => "wrong",
            Self::Lost => "lost",
            Self::Resurrected => "resurrected",
            Self::Unexcused => "unavailable without a fault",
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.as_str(), self.what)
    }
}
