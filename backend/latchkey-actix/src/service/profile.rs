//! The user's profile: finding an account by its e-mail address, and changing the name.

use std::sync::Arc;

use latchkey_shared::User;

use super::{ActiveSession, Client, SessionService, run_to_completion::run_to_completion};
use crate::{
    domain::email,
    store::{Account, Store, StoreError},
};

/// Finds the account of an e-mail address, in any of its spellings.
pub(super) async fn find_account(store: &dyn Store, email: &str) -> Result<Option<Account>, StoreError> {
    for spelling in email::spellings(email) {
        if let Some(account) = store.account(&spelling).await? {
            return Ok(Some(account));
        }
    }
    Ok(None)
}

impl SessionService {
    /// Changes the user's name, and returns the changed user. The caller has checked the name with
    /// [`check_name`](crate::domain::validation::check_name).
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn rename(
        self: &Arc<Self>,
        current: &ActiveSession,
        name: String,
        client: &Client,
    ) -> Result<User, StoreError> {
        let user = current.user();
        if user.name == name {
            return Ok(user.clone());
        }
        let (service, id, audit) = (self.clone(), user.id.clone(), self.audit_event("rename", current, client));
        run_to_completion(async move {
            let (renamed, sessions) = service.store.rename_user(&id, &name, &audit).await?;
            service.invalidate(&sessions);
            Ok(renamed)
        })
        .await
    }
}
