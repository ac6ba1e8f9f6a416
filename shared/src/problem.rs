//! Errors on the wire: RFC 9457 problems, and the closed list of codes that a client may branch on.

use serde::{Deserialize, Serialize};

use crate::EndReason;

/// What the type of every problem of this API begins with; its code follows.
pub const FAMILY: &str = "urn:latchkey:problem:";

/// The body of every answer that is not a success; its media type is `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Problem {
    /// A URN that names the kind of problem: `urn:latchkey:problem:` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in two or three words; the same for every problem of the kind.
    pub title: String,
    /// The HTTP status, repeated.
    pub status: u16,
    /// What happened and what to do, for people.
    pub detail: String,
    /// What happened, for programs: the text of an [`ErrorCode`]. Operations of an app that stands on Latchkey may have codes of their
    /// own, which are in no document of Latchkey's; [`error_code`](Self::error_code) tells them apart.
    #[cfg_attr(feature = "schema", schemars(with = "ErrorCode"))]
    pub code: String,
}

impl Problem {
    /// The problem of a code, with a detail of its own.
    #[must_use]
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self {
            kind: [FAMILY, code.as_str()].concat(),
            title: code.title().to_owned(),
            status: code.status(),
            detail: detail.into(),
            code: code.as_str().to_owned(),
        }
    }

    /// A problem of an app's own. `kind` is a URI that names its kind (`urn:notes:problem:note-locked`), `code` says the same
    /// to programs that branch (`note-locked`), `title` is the kind in two or three words.
    #[must_use]
    pub fn custom(
        status: u16,
        kind: impl Into<String>,
        code: impl Into<String>,
        title: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        Self { kind: kind.into(), title: title.into(), status, detail: detail.into(), code: code.into() }
    }

    /// The code as one of Latchkey's; [`ErrorCode::Unknown`] for an app's own, for one of a newer server, and for a problem
    /// whose type is not Latchkey's.
    #[must_use]
    pub fn error_code(&self) -> ErrorCode {
        let known = ErrorCode::ALL.iter().copied().find(|code| code.as_str() == self.code);
        known.filter(|_| self.family_code().is_some()).unwrap_or(ErrorCode::Unknown)
    }

    /// The code as the server wrote it into the type, which may be newer than this build; nothing if the problem is not
    /// one of this API.
    #[must_use]
    pub fn family_code(&self) -> Option<&str> {
        self.kind.strip_prefix(FAMILY)
    }
}

macro_rules! error_codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $status:literal, $title:literal;)*) => {
        /// What went wrong, for programs. One code has one status, always.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[cfg_attr(feature = "schema", schemars(transform = crate::schema::plain_enum))]
        #[non_exhaustive]
        pub enum ErrorCode {
            $($(#[$doc])* #[serde(rename = $text)] $name,)*
            /// A code that this build does not know: a newer server, or something between it and us.
            #[serde(other, rename = "unknown")]
            #[cfg_attr(feature = "schema", schemars(skip))]
            Unknown,
        }

        impl ErrorCode {
            /// Every code that a server may send.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The code as it stands on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* Self::Unknown => "unknown" }
            }

            /// The HTTP status that goes with the code.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* Self::Unknown => 500 }
            }

            /// A heading of two or three words.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* Self::Unknown => "Unknown problem" }
            }
        }
    };
}

error_codes! {
    /// The body is not JSON, or the request is otherwise not readable.
    Malformed = "malformed", 400, "Malformed request";
    /// No account has this e-mail and password.
    BadCredentials = "bad-credentials", 401, "Wrong e-mail or password";
    /// No cookie, or one that was never issued.
    SessionMissing = "session-missing", 401, "Not signed in";
    /// The session reached its deadline.
    SessionExpired = "session-expired", 401, "Session expired";
    /// Nothing was done in the session for longer than the idle limit.
    SessionIdle = "session-idle", 401, "Signed out for inactivity";
    /// The session was ended from another device, or by an operator.
    SessionRevoked = "session-revoked", 401, "Session ended elsewhere";
    /// The user signed out.
    SignedOut = "signed-out", 401, "Signed out";
    /// The password was changed, which ends every other session.
    PasswordChanged = "password-changed", 401, "Password changed";
    /// An operator disabled the account.
    AccountDisabled = "account-disabled", 401, "Account disabled";
    /// The last proof of the password is too old for this; log in again and repeat the request.
    ReauthRequired = "reauth-required", 403, "Password needed";
    /// A mutation that another site asked for.
    CrossSite = "cross-site", 403, "Cross-site request refused";
    /// Nothing is at this path.
    NotFound = "not-found", 404, "Not found";
    /// The path exists, the method does not; `Allow` lists those that do.
    MethodNotAllowed = "method-not-allowed", 405, "Method not allowed";
    /// The request took too long to arrive.
    RequestTimeout = "request-timeout", 408, "Request timed out";
    /// The cookie belongs to another session than the one that `X-Session` names.
    SessionChanged = "session-changed", 409, "Session changed";
    /// The server does not let deadlines be moved.
    RefreshDisabled = "refresh-disabled", 409, "Refresh disabled";
    /// A one-time link that was never issued, has expired, has been used, or was replaced by another.
    InvalidLink = "invalid-link", 410, "Invalid link";
    /// The body is longer than 16 KiB.
    BodyTooLarge = "body-too-large", 413, "Body too large";
    /// The body is not declared as `application/json`.
    UnsupportedMediaType = "unsupported-media-type", 415, "Unsupported media type";
    /// The body is JSON, but not acceptable: a field is missing, unknown, of another type or out of bounds.
    Unacceptable = "unacceptable", 422, "Unacceptable value";
    /// Too many failed log-ins; `Retry-After` says when the next one is looked at.
    TooManyAttempts = "too-many-attempts", 429, "Too many attempts";
    /// The server failed; the cause is in its log.
    Internal = "internal", 500, "Internal error";
    /// The server cannot tell now; nothing was decided. `Retry-After` says when to ask again.
    Unavailable = "unavailable", 503, "Temporarily unavailable";
}

impl From<EndReason> for ErrorCode {
    fn from(reason: EndReason) -> Self {
        match reason {
            EndReason::SessionMissing => Self::SessionMissing,
            EndReason::SessionExpired => Self::SessionExpired,
            EndReason::SessionIdle => Self::SessionIdle,
            EndReason::SessionRevoked => Self::SessionRevoked,
            EndReason::SignedOut => Self::SignedOut,
            EndReason::PasswordChanged => Self::PasswordChanged,
            EndReason::AccountDisabled => Self::AccountDisabled,
        }
    }
}

impl ErrorCode {
    /// The reason why there is no session, if that is what the code says.
    #[must_use]
    pub fn end_reason(self) -> Option<EndReason> {
        EndReason::parse(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_survives_the_wire() {
        for &code in ErrorCode::ALL {
            let json = serde_json::to_value(Problem::new(code, "what happened")).unwrap();
            assert_eq!(json["code"], code.as_str());
            assert_eq!(json["status"], code.status());
            assert_eq!(json["type"], format!("urn:latchkey:problem:{}", code.as_str()));
            assert_eq!(serde_json::from_value::<Problem>(json).unwrap().error_code(), code);
        }
    }

    #[test]
    fn a_code_of_the_future_is_unknown_and_not_an_error() {
        let json = r#"{"type":"t","title":"t","status":418,"detail":"d","code":"teapot"}"#;
        let problem: Problem = serde_json::from_str(json).unwrap();
        assert_eq!((problem.error_code(), problem.code.as_str()), (ErrorCode::Unknown, "teapot"));
    }

    #[test]
    fn a_code_of_the_future_is_still_read_from_the_type_and_a_foreign_problem_has_none() {
        let json = r#"{"type":"urn:latchkey:problem:teapot","title":"t","status":418,"detail":"d","code":"teapot"}"#;
        let mut problem: Problem = serde_json::from_str(json).unwrap();
        assert_eq!(problem.family_code(), Some("teapot"));
        problem.kind = "about:blank".into();
        assert_eq!(problem.family_code(), None);
    }

    #[test]
    fn a_problem_of_an_app_keeps_its_own_code_and_is_never_taken_for_one_of_ours() {
        let problem =
            Problem::custom(409, "urn:notes:problem:locked", "session-expired", "Locked", "Ada is editing it.");
        let back: Problem = serde_json::from_value(serde_json::to_value(&problem).unwrap()).unwrap();
        assert_eq!((back.error_code(), back.family_code()), (ErrorCode::Unknown, None));
        assert_eq!(back, problem);
    }

    #[test]
    fn every_reason_is_a_401_code_and_comes_back() {
        for reason in EndReason::ALL {
            let code = ErrorCode::from(reason);
            assert_eq!((code.as_str(), code.status(), code.title()), (reason.as_str(), 401, reason.title()));
            assert_eq!(code.end_reason(), Some(reason));
        }
        assert_eq!(ErrorCode::BadCredentials.end_reason(), None);
    }
}
