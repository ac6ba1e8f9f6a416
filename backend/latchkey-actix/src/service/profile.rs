//! What a person can change about the account: the name and the password.

use std::sync::Arc;

use latchkey_shared::User;

use super::{ActiveSession, Client, SessionService, run_to_completion::run_to_completion};
use crate::{
    domain::email,
    store::{Account, Store, StoreError},
};

/// The account with an address, however it is spelled.
pub(super) async fn find_account(store: &dyn Store, email: &str) -> Result<Option<Account>, StoreError> {
    for spelling in email::spellings(email) {
        if let Some(account) = store.account(&spelling).await? {
            return Ok(Some(account));
        }
    }
    Ok(None)
}

impl SessionService {
    /// Changes the user's name, which must have been [checked](check_name), and returns the user as it is now.
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
