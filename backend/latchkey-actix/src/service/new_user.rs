//! Users as operators add and list them.

use std::fmt;

use jiff::Timestamp;
use latchkey_shared::{User, UserId};

use super::stored_hash::check_password_hash;
use crate::domain::{
    email,
    validation::{InvalidInput, MAX_NAME_CHARS, check_name},
};

/// A user to be added, with validated values. `Debug` omits the password's hash.
#[derive(Clone, PartialEq, Eq)]
pub struct NewUser {
    pub(super) email: String,
    pub(super) name: String,
    /// Empty if the user has no password yet.
    pub(super) password_hash: String,
    pub(super) disabled: bool,
    pub(super) id: Option<UserId>,
    pub(super) created_at: Option<Timestamp>,
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
        Ok(Self { email, name, password_hash: String::new(), disabled: false, id: None, created_at: None })
    }

    /// Sets the name: 1 to 100 visible characters.
    ///
    /// # Errors
    /// [`InvalidInput`] says why this is not a valid name.
    pub fn named(self, name: &str) -> Result<Self, InvalidInput> {
        Ok(Self { name: check_name(name)?, ..self })
    }

    /// Sets the hash of the password, which may have been made by another program; see [`check_password_hash`](crate::check_password_hash).
    /// Without one, the user has no password before [`Admin::invite`](crate::Admin::invite) or
    /// [`Admin::set_password`](crate::Admin::set_password).
    ///
    /// # Errors
    /// [`InvalidInput`] says why the hash cannot be used, without the hash.
    pub fn with_password_hash(self, hash: &str) -> Result<Self, InvalidInput> {
        check_password_hash(hash)?;
        Ok(Self { password_hash: hash.to_owned(), ..self })
    }

    /// Disables the account, so that its user cannot sign in.
    #[must_use]
    pub fn disabled(self) -> Self {
        Self { disabled: true, ..self }
    }

    /// Sets the id that the user has had in another store: 1 to 64 letters, digits, `-`, `_`, `.` and `:`. The default is a new one.
    ///
    /// # Errors
    /// [`InvalidInput`]: the id has other characters or is too long.
    pub fn with_id(self, id: UserId) -> Result<Self, InvalidInput> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.:".contains(c);
        if !(1..=64).contains(&id.0.len()) || !id.0.chars().all(allowed) {
            return Err(InvalidInput("An id has 1 to 64 letters, digits, `-`, `_`, `.` and `:`."));
        }
        Ok(Self { id: Some(id), ..self })
    }

    /// Sets when the user was added. The default is now.
    #[must_use]
    pub fn created_at(self, created_at: Timestamp) -> Self {
        Self { created_at: Some(created_at), ..self }
    }

    /// Whether the user has no password yet.
    #[must_use]
    pub fn has_no_password(&self) -> bool {
        self.password_hash.is_empty()
    }

    /// The id, if one was set.
    #[must_use]
    pub fn id(&self) -> Option<&UserId> {
        self.id.as_ref()
    }

    /// The e-mail address in its normalised spelling.
    #[must_use]
    pub fn email(&self) -> &str {
        &self.email
    }
}

impl fmt::Debug for NewUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { email, name, disabled, id, created_at, password_hash: _ } = self;
        let mut user = f.debug_struct("NewUser");
        user.field("email", email).field("name", name).field("disabled", disabled);
        user.field("id", id).field("created_at", created_at).finish_non_exhaustive()
    }
}
