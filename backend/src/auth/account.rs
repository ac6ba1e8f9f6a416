//! What a person can change about the account: the name and the password.

use latchkey_shared::{PasswordChange, User};

use super::{ActiveSession, Client, Denied, SessionService, Token, Verdict};
use crate::store::{OwnChange, StoreError};

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

/// A name without the blanks around it.
///
/// # Errors
/// It is too short, too long, or holds control characters.
pub fn check_name(name: &str) -> Result<&str, Unacceptable> {
    let name = name.trim();
    if !NAME_LENGTH.contains(&name.chars().count()) {
        return Err(Unacceptable("A name has 1 to 100 characters."));
    }
    // What turns the direction of the text after it would turn the page around the name.
    if name.chars().any(|c| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')) {
        return Err(Unacceptable("A name has no control characters."));
    }
    Ok(name)
}

/// Whether a password may be a new one.
///
/// # Errors
/// It is too short, too long, or one of the commonest.
pub fn check_new_password(password: &str) -> Result<(), Unacceptable> {
    if !PASSWORD_LENGTH.contains(&password.chars().count()) {
        return Err(Unacceptable("A password has 12 to 128 characters."));
    }
    let lower = password.to_lowercase();
    if COMMON_PASSWORDS.lines().any(|common| common == lower) {
        return Err(Unacceptable("This password is one of the first that everybody tries; take another one."));
    }
    Ok(())
}

impl SessionService {
    /// Changes the user's name, which must have been [checked](check_name), and returns the user as it is now.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn rename(&self, here: &ActiveSession, name: &str, client: &Client) -> Result<User, StoreError> {
        let user = here.user();
        if user.name == name {
            return Ok(user.clone());
        }
        let (renamed, sessions) = self.store.rename_user(&user.id, name).await?;
        self.forget(&sessions);
        self.audit("rename", "ok", &user.email, Some(here.id()), client).await;
        Ok(renamed)
    }

    /// Changes the user's password to one that has been [checked](check_new_password): every session ends, and one
    /// begins here.
    ///
    /// # Errors
    /// The current password did not pass, or nobody could tell.
    pub async fn change_password(
        &self,
        here: &ActiveSession,
        PasswordChange { current_password, new_password }: PasswordChange,
        client: &Client,
    ) -> Result<(Token, ActiveSession), Denied> {
        let outcome = self.try_change_password(here, current_password, new_password, client).await;
        let email = &here.user().email;
        self.audit_proof("change-password", outcome.as_ref().err(), email, Some(here.id()), client).await;
        outcome
    }

    async fn try_change_password(
        &self,
        here: &ActiveSession,
        current: String,
        new: String,
        client: &Client,
    ) -> Result<(Token, ActiveSession), Denied> {
        let account = self.store.account(&here.user().email).await.map_err(Denied::CannotTell)?;
        let subject = format!("session {}", here.id().0);
        self.prove(&subject, account.as_ref(), current).await?;
        let hash = self.passwords.hash(new).await.map_err(Denied::Busy)?;
        let (token, session) = self.new_session(here.user(), here.is_remembered(), client);
        let proved = account.as_ref().map_or("", |account| &account.password_hash);
        let change = OwnChange { session: &here.token, proved, hash: &hash, next: &session };
        match self.store.change_password(&change, session.created_at).await.map_err(Denied::CannotTell)? {
            Some((user, ended)) => {
                self.forget(&ended);
                Ok((token, self.begun(session, user)))
            }
            None => Err(self.overtaken(here).await),
        }
    }

    /// Why a password that was right does not count: while it was being checked the session ended, or the password became
    /// another one.
    async fn overtaken(&self, here: &ActiveSession) -> Denied {
        self.cache.forget(&here.token);
        match self.verify_hash(here.token).await {
            Verdict::Active(_) => Denied::Wrong,
            Verdict::Ended(reason) => Denied::Ended(reason),
            Verdict::CannotTell(error) => Denied::CannotTell(error),
        }
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
        assert_eq!(check_name("  Ada Lovelace "), Ok("Ada Lovelace"));
        for name in ["", "   ", "a\nb", "a\u{0}b", "a\u{202e}b", &"x".repeat(101)] {
            assert!(check_name(name).is_err(), "{name:?}");
        }
    }
}
