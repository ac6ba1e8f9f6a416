//! What a person can change about the account: the name and the password.

use std::sync::Arc;

use latchkey_shared::{PasswordChange, User, text::is_unseen};

use super::{
    ActiveSession, Client, Denied, SessionService, Token, Verdict,
    attempt::{Attempt, Guesser, Origin},
    deed::to_the_end,
    email,
    log_in::TRIES,
    places::Busy,
    spelling::composed,
};
use crate::store::{Account, OwnChange, Store, StoreError};

/// How many characters a name may have.
const NAME_LENGTH: std::ops::RangeInclusive<usize> = 1..=100;

/// How many characters a new password may have. There are no rules of composition (NIST SP 800-63B, 3.1.1.2).
const PASSWORD_LENGTH: std::ops::RangeInclusive<usize> = 12..=128;

/// Passwords that everybody tries first, of those that are long enough; lower case, one a line.
const COMMON_PASSWORDS: &str = include_str!("common_passwords.txt");

/// A value that cannot be taken, and why, in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unacceptable(pub &'static str);

/// A name as it is kept: composed, and without the blanks around it.
///
/// # Errors
/// It is too short, too long, or holds what nobody sees: with it two names could look like one, or turn the page around them.
pub fn check_name(name: &str) -> Result<String, Unacceptable> {
    let name = name.trim();
    if name.chars().any(is_unseen) {
        return Err(Unacceptable("A name has no control characters and no invisible ones."));
    }
    let composed = composed(name);
    if !NAME_LENGTH.contains(&composed.chars().count().min(name.chars().count())) {
        return Err(Unacceptable("A name has 1 to 100 characters."));
    }
    Ok(composed.into_owned())
}

/// Whether a password may be a new one.
///
/// # Errors
/// It is too short, too long, or one of the commonest.
pub fn check_new_password(password: &str) -> Result<(), Unacceptable> {
    let password = composed(password);
    if !PASSWORD_LENGTH.contains(&password.chars().count()) {
        return Err(Unacceptable("A password has 12 to 128 characters."));
    }
    let lower = password.to_lowercase();
    if COMMON_PASSWORDS.lines().any(|common| common == lower) {
        return Err(Unacceptable("This password is one of the first that everybody tries; take another one."));
    }
    Ok(())
}

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
        here: &ActiveSession,
        name: String,
        client: &Client,
    ) -> Result<User, StoreError> {
        let user = here.user();
        if user.name == name {
            return Ok(user.clone());
        }
        let (service, id, audit) = (self.clone(), user.id.clone(), self.event("rename", here, client));
        to_the_end(async move {
            let (renamed, sessions) = service.store.rename_user(&id, &name, &audit).await?;
            service.forget(&sessions);
            Ok(renamed)
        })
        .await
    }

    /// Changes the user's password to one that has been [checked](check_new_password): every session ends, and one
    /// begins here.
    ///
    /// # Errors
    /// The current password did not pass, or nobody could tell.
    pub async fn change_password(
        self: &Arc<Self>,
        here: &ActiveSession,
        PasswordChange { current_password, new_password }: PasswordChange,
        client: &Client,
    ) -> Result<(Token, ActiveSession), Denied> {
        let place = self.passwords.admit(client.ip)?;
        let email = &here.user().email;
        let mut account = self.store.account(email).await?;
        let who = Guesser {
            action: "change-password",
            account: email.clone(),
            session: Some(here.id().clone()),
            origin: Origin::Session(here.id().clone()),
            client: client.clone(),
        };
        let attempt = self.attempt(who, place).await?;
        let mut new_hash = None;
        for _ in 0..TRIES {
            let (Account { password_hash, .. }, _) = self.prove(&attempt, account.as_ref(), &current_password).await?;
            let hash = match new_hash.take() {
                Some(hash) => hash,
                None => self.passwords.hash(&attempt.place, new_password.clone()).await?,
            };
            let (service, attempt_in, here_in) = (self.clone(), attempt.clone(), here.clone());
            let (proved, hash_in) = (password_hash.clone(), hash.clone());
            let change = async move { service.replace_password(&here_in, &proved, &hash_in, &attempt_in).await };
            if let Some(begun) = to_the_end(change).await? {
                return Ok(begun);
            }
            // While the password was checked the session ended, or the password has another hash by now.
            self.cache.forget(&here.token);
            match self.verify_hash(here.token).await {
                Verdict::Active(_) => {}
                Verdict::Ended(reason) => return Err(self.record_denied(&attempt, Denied::Ended(reason)).await),
                Verdict::CannotTell(error) => return Err(error.into()),
            }
            new_hash = Some(hash);
            account = self.store.account(email).await?;
        }
        Err(Busy.into())
    }

    async fn replace_password(
        &self,
        here: &ActiveSession,
        proved: &str,
        hash: &str,
        attempt: &Attempt,
    ) -> Result<Option<(Token, ActiveSession)>, Denied> {
        let who = &attempt.who;
        let (token, session) = self.new_session(here.user(), here.is_remembered(), &who.client);
        let change = OwnChange { session: &here.token, proved, hash, next: &session, forgiven: &who.forgiven() };
        let audit = who.event("ok", None, session.created_at);
        let Some((user, ended)) = self.store.change_password(&change, &audit).await? else { return Ok(None) };
        self.forget(&ended);
        Ok(Some((token, self.begun(session, user))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_the_only_rule_and_the_commonest_are_refused() {
        assert!(check_new_password("elevenchars").is_err());
        assert!(check_new_password("twelve chars").is_ok());
        assert!(check_new_password(&"é".repeat(128)).is_ok());
        assert!(check_new_password(&"é".repeat(129)).is_err());
        assert!(check_new_password(&"e\u{301}".repeat(128)).is_ok(), "characters, however they are spelled");
        assert!(check_new_password(&"e\u{301}".repeat(11)).is_err());
        assert!(check_new_password("Password1234").is_err());
    }

    #[test]
    fn every_common_password_is_long_enough_to_need_a_place_in_the_list() {
        for common in COMMON_PASSWORDS.lines() {
            assert!(PASSWORD_LENGTH.contains(&common.chars().count()) && common == common.to_lowercase(), "{common}");
        }
        assert!(COMMON_PASSWORDS.lines().count() > 100);
    }

    #[test]
    fn a_name_is_a_line_of_text() {
        assert_eq!(check_name("  Ada Lovelace ").as_deref(), Ok("Ada Lovelace"));
        assert_eq!(check_name("Jose\u{301}").as_deref(), Ok("José"));
        for name in
            ["", "   ", "a\nb", "a\u{0}b", "a\u{202e}b", "a\u{200b}b", "\u{2060}", "a\u{3164}", &"x".repeat(101)]
        {
            assert!(check_name(name).is_err(), "{name:?}");
        }
    }
}
