//! Operators' actions on accounts as a whole: adding them, one or many, reading them for another store, and changing their address.

use latchkey_shared::{User, UserId};

use super::{Admin, AdminError, NewUser, profile::find_account};
use crate::{
    domain::{email, public_id::public_id},
    store::{Account, AuditEvent, InsertUserOutcome, SetEmailOutcome, StoreError},
};

/// Most users that are added in one transaction. Servers that write wait for it.
const BATCH: usize = 200;

/// Why an import stopped. The users before the failed batch were added.
#[derive(Debug, thiserror::Error)]
#[error("{cause}")]
pub struct ImportError {
    /// How many users were added, from the first one on.
    pub added: usize,
    /// Why the others were not.
    #[source]
    pub cause: AdminError,
}

impl Admin {
    /// Adds users, as from another program or another store, in transactions of some hundred each. Check with
    /// [`find_user`](Self::find_user) before which of them there are already.
    ///
    /// # Errors
    /// [`ImportError`]: a user has the address or the id of another one, or the store did not answer.
    pub async fn import(&self, users: Vec<NewUser>) -> Result<(), ImportError> {
        let mut added = 0;
        let mut users = users.into_iter().peekable();
        while users.peek().is_some() {
            let batch: Vec<_> = users.by_ref().take(BATCH).map(|user| self.account(user, "import-user")).collect();
            let cause = match self.store.insert_users(&batch).await {
                Ok(None) => {
                    added += batch.len();
                    continue;
                }
                Ok(Some(index)) => AdminError::EmailTaken(
                    batch.get(index).map_or_else(String::new, |(account, _)| account.user.email.clone()),
                ),
                Err(error) => error.into(),
            };
            return Err(ImportError { added, cause });
        }
        Ok(())
    }

    /// Adds a user as it is: without a password, or with the hash that it has.
    ///
    /// # Errors
    /// [`AdminError`]: the address is taken, or the store did not answer.
    pub async fn add_as_is(&self, new: NewUser) -> Result<User, AdminError> {
        self.insert(new, "add-user").await
    }

    /// All accounts with their password hashes, sorted by e-mail address, for another store.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn export(&self) -> Result<Vec<Account>, StoreError> {
        self.store.accounts().await
    }

    /// Changes a user's e-mail address, which is the one to sign in with. The id and the sessions stay; running servers and pages learn the
    /// new address. One-time links that were made for the old one become invalid.
    ///
    /// # Errors
    /// [`AdminError`]: the address is not acceptable or taken, or the store did not answer.
    pub async fn set_email(&self, user: &User, email: &str) -> Result<User, AdminError> {
        let email = email::check_new(email)?;
        if email == user.email {
            return Ok(user.clone());
        }
        // Accounts from before addresses were normalised may be stored under another spelling.
        if find_account(&*self.store, &email).await?.is_some_and(|other| other.user.id != user.id) {
            return Err(AdminError::EmailTaken(email));
        }
        let audit = self.event("set-email", &format!("{} -> {email}", user.email), None);
        match self.store.set_email(&user.id, &email, &audit).await? {
            SetEmailOutcome::Changed(user, sessions) => {
                self.invalidate_and_count(sessions);
                Ok(user)
            }
            SetEmailOutcome::EmailTaken => Err(AdminError::EmailTaken(email)),
        }
    }

    pub(super) async fn insert(&self, new: NewUser, action: &'static str) -> Result<User, AdminError> {
        if self.find_user(&new.email).await?.is_some() {
            return Err(AdminError::EmailTaken(new.email));
        }
        let (account, audit) = self.account(new, action);
        match self.store.insert_user(&account, &audit).await? {
            InsertUserOutcome::Inserted => Ok(account.user),
            InsertUserOutcome::EmailTaken => Err(AdminError::EmailTaken(account.user.email)),
        }
    }

    /// The account of a new user, and its row in the audit trail.
    fn account(&self, new: NewUser, action: &'static str) -> (Account, AuditEvent) {
        let NewUser { email, name, password_hash, disabled, id, created_at } = new;
        let audit = self.event(action, &email, None);
        let id = id.unwrap_or_else(|| UserId(public_id()));
        let created_at = created_at.unwrap_or(audit.at);
        (Account { user: User::new(id, email, name, 1), password_hash, disabled, created_at }, audit)
    }
}
