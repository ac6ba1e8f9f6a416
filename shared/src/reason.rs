//! Why there is no active session. The reason travels from the store's tombstone to the user's toast unchanged.

use serde::{Deserialize, Serialize};

/// Why a request has no active session; also the `code` of the 401 that says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(transform = crate::schema::plain_enum))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum EndReason {
    /// No cookie, or one that was never issued. Nothing has ended: nobody was signed in.
    SessionMissing,
    /// The session reached its deadline.
    SessionExpired,
    /// Nothing was done in the session for longer than the idle limit.
    SessionIdle,
    /// Ended from another device, or by an operator.
    SessionRevoked,
    /// The user signed out.
    SignedOut,
    /// The password was changed, which ends every other session.
    PasswordChanged,
    /// An operator disabled the account.
    AccountDisabled,
}

impl EndReason {
    /// Every reason, for tables and tests.
    pub const ALL: [Self; 7] = [
        Self::SessionMissing,
        Self::SessionExpired,
        Self::SessionIdle,
        Self::SessionRevoked,
        Self::SignedOut,
        Self::PasswordChanged,
        Self::AccountDisabled,
    ];

    /// The reason as it stands on the wire, in URLs and in the store: `session-expired`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SessionMissing => "session-missing",
            Self::SessionExpired => "session-expired",
            Self::SessionIdle => "session-idle",
            Self::SessionRevoked => "session-revoked",
            Self::SignedOut => "signed-out",
            Self::PasswordChanged => "password-changed",
            Self::AccountDisabled => "account-disabled",
        }
    }

    /// The inverse of [`as_str`](Self::as_str).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }

    /// A heading of two or three words.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::SessionMissing => "Not signed in",
            Self::SessionExpired => "Session expired",
            Self::SessionIdle => "Signed out for inactivity",
            Self::SessionRevoked => "Session ended elsewhere",
            Self::SignedOut => "Signed out",
            Self::PasswordChanged => "Password changed",
            Self::AccountDisabled => "Account disabled",
        }
    }

    /// The reason in words, for the user whose session it was.
    #[must_use]
    pub const fn detail(self) -> &'static str {
        match self {
            Self::SessionMissing => "Sign in to continue.",
            Self::SessionExpired => "Your session has expired. Sign in again to continue.",
            Self::SessionIdle => "You were signed out because nothing happened for a while. Sign in again to continue.",
            Self::SessionRevoked => {
                "Your session was ended from another device or by an administrator. Sign in again to continue."
            }
            Self::SignedOut => "You have signed out.",
            Self::PasswordChanged => "Your password was changed. Sign in again with the new one.",
            Self::AccountDisabled => "This account has been disabled. Ask an administrator for help.",
        }
    }

    /// Whether a session was there and has ended, as opposed to nobody having been signed in.
    #[must_use]
    pub const fn is_an_end(self) -> bool {
        !matches!(self, Self::SessionMissing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_spelled_alike_in_json_and_in_urls() {
        for reason in EndReason::ALL {
            assert_eq!(serde_json::to_value(reason).unwrap(), reason.as_str());
            assert_eq!(EndReason::parse(reason.as_str()), Some(reason));
        }
        assert_eq!(EndReason::parse("Session-Expired"), None);
    }
}
