//! Users as operators add and list them.

use latchkey_shared::User;

use crate::domain::{
    email,
    validation::{InvalidInput, MAX_NAME_CHARS, check_name},
};

/// A user to be added, with a validated e-mail address and name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewUser {
    pub(super) email: String,
    pub(super) name: String,
}

/// A user in the list of all users.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UserEntry {
    /// The user.
    pub user: User,
    /// Whether an operator disabled the account, so that its user cannot sign in.
    pub disabled: bool,
}

impl NewUser {
    /// A user with an e-mail address, in any letter case. The name is the part of the address before the @; [`named`](Self::named)
    /// sets another one.
    ///
    /// # Errors
    /// [`InvalidInput`] says why this is not a valid e-mail address.
    pub fn new(email: &str) -> Result<Self, InvalidInput> {
        let email = email::check_new(email)?;
        let name = email.split('@').next().unwrap_or_default().chars().take(MAX_NAME_CHARS).collect();
        Ok(Self { email, name })
    }

    /// Sets the name: 1 to 100 visible characters.
    ///
    /// # Errors
    /// [`InvalidInput`] says why this is not a valid name.
    pub fn named(self, name: &str) -> Result<Self, InvalidInput> {
        Ok(Self { name: check_name(name)?, ..self })
    }

    /// The e-mail address in its normalised spelling.
    #[must_use]
    pub fn email(&self) -> &str {
        &self.email
    }
}
