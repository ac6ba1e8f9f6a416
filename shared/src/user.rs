//! The user, and what it takes to sign in.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A user's identifier; never reused.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct UserId(pub String);

/// A user, as the user's own session may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct User {
    /// The identifier.
    pub id: UserId,
    /// The address to sign in with.
    pub email: String,
    /// The name to show.
    pub name: String,
    /// Rises with every change of the user.
    pub version: u64,
}

impl User {
    /// A user.
    #[must_use]
    pub fn new(id: UserId, email: impl Into<String>, name: impl Into<String>, version: u64) -> Self {
        Self { id, email: email.into(), name: name.into(), version }
    }
}

/// `POST /api/login`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// The account's address; letter case does not matter. It may be international (`ä@ö.example`) or local (`a@localhost`).
    #[cfg_attr(
        feature = "schema",
        schemars(length(max = 254), regex(pattern = r"^\s*[^\s\x00-\x1f\x7f-\x9f]+@[^\s\x00-\x1f\x7f-\x9f]+\s*$"))
    )]
    pub email: String,
    /// The password, in clear.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub password: String,
    /// `false` on a computer that is not the user's own: the cookie goes when the browser is closed, and the session ends
    /// sooner. Without a value it is `true`; but the same user's log-in over an active session keeps what that one has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remember: Option<bool>,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { email, password: _, remember } = self;
        let mut login = f.debug_struct("Login");
        login.field("email", email).field("password", &"[redacted]").field("remember", remember).finish()
    }
}

/// `PATCH /api/me`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ProfileChange {
    /// The new name: 1 to 100 characters, blanks around it ignored, none that nobody sees.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 100), regex(pattern = crate::text::line_of_text())))]
    pub name: String,
}

/// `POST /api/me/password`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The password that the user has.
    pub current_password: String,
    /// The password that the user wants: 12 to 128 characters, not one of the commonest.
    #[cfg_attr(feature = "schema", schemars(length(min = 12, max = 128)))]
    pub new_password: String,
}

impl fmt::Debug for PasswordChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordChange([redacted])")
    }
}

/// `POST /api/set-password`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SetPassword {
    /// The token in the fragment of the one-time link.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub token: String,
    /// The new password: 12 to 128 characters, not one of the commonest.
    #[cfg_attr(feature = "schema", schemars(length(min = 12, max = 128)))]
    pub password: String,
}

impl fmt::Debug for SetPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SetPassword([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_never_shows_in_debug_output() {
        let login = Login { email: "ada@example.org".into(), password: "correct horse".into(), remember: None };
        let shown = r#"Login { email: "ada@example.org", password: "[redacted]", remember: None }"#;
        assert_eq!(format!("{login:?}"), shown);
    }

    #[test]
    fn an_unknown_field_is_refused() {
        assert!(serde_json::from_str::<Login>(r#"{"email":"a@b","password":"c","admin":true}"#).is_err());
    }
}
