//! Hashes and checks passwords with argon2id, on a bounded number of threads with a bounded queue. An unknown user costs the same work
//! as a known one.

use std::{
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::Semaphore;

use super::{
    argon2_hasher::{Argon2Hasher, decoy},
    hash_capacity::{Busy, HashCapacity, HashPermit},
    stored_hash::StoredHash,
};
use crate::domain::spelling::{composed, decomposed};

/// Hashes passwords with argon2id at 19 MiB, two passes, one lane (OWASP's first recommendation and the crate's default), and checks them
/// against hashes of every kind that an import takes.
#[derive(Debug)]
pub struct PasswordHasher {
    threads: Arc<Semaphore>,
    /// Idle hashers, at most one per hashing thread.
    hashers: Arc<Mutex<Vec<Argon2Hasher>>>,
    capacity: Arc<HashCapacity>,
    /// The hash that is checked for unknown users.
    decoy: String,
}

/// The outcome of checking a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordCheck {
    /// The password is wrong.
    Wrong,
    /// The password is right.
    Correct,
    /// The password is right, and its hash should be replaced: it is of another kind, has weaker parameters than today's, or was made from
    /// another Unicode form.
    CorrectOutdated,
}

impl PasswordHasher {
    /// Hashes on at most `threads` threads at once, with at most `queue` more passwords queued.
    #[must_use]
    pub fn new(threads: usize, queue: usize) -> Self {
        Self {
            threads: Arc::new(Semaphore::new(threads)),
            hashers: Arc::default(),
            capacity: HashCapacity::new(threads + queue),
            decoy: decoy(),
        }
    }

    /// Takes a slot for the passwords of one attempt.
    ///
    /// # Errors
    /// [`Busy`], at once, if there is no free slot for this client.
    pub fn acquire_permit(&self, client: Option<IpAddr>) -> Result<HashPermit, Busy> {
        self.capacity.acquire(client)
    }

    /// Checks a password against a hash. Without a hash that can be checked, for an unknown user or one who has no password yet, it does
    /// the work of today's parameters and answers [`PasswordCheck::Wrong`].
    ///
    /// # Errors
    /// [`Busy`], if the server is stopping.
    pub async fn verify(
        &self,
        permit: &HashPermit,
        password: String,
        hash: Option<String>,
    ) -> Result<PasswordCheck, Busy> {
        let stored = hash.as_deref().and_then(StoredHash::parse);
        let known = stored.is_some();
        let stored = stored.or_else(|| StoredHash::parse(&self.decoy));
        let verified = self.run(permit, move |hasher| {
            stored.map_or(PasswordCheck::Wrong, |stored| verify_spellings(hasher, &password, &stored))
        });
        Ok(if known { verified.await? } else { verified.await.map(|_| PasswordCheck::Wrong)? })
    }

    /// The hash of a new password, as a PHC string.
    ///
    /// # Errors
    /// [`Busy`], if the server is stopping.
    pub async fn hash(&self, permit: &HashPermit, password: String) -> Result<String, Busy> {
        self.run(permit, move |hasher| hasher.hash(&composed(&password))).await
    }

    /// How many passwords are being hashed or are queued.
    #[must_use]
    pub fn queue_length(&self) -> usize {
        self.capacity.in_use()
    }

    async fn run<T: Send + 'static>(
        &self,
        permit: &HashPermit,
        work: impl FnOnce(&Argon2Hasher) -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let permit = permit.clone();
        let thread = self.threads.clone().acquire_owned().await.map_err(|_| Busy)?;
        let hashers = self.hashers.clone();
        // Both move into the work: a client that hangs up does not free a thread that is still busy.
        let work = move || {
            let (_thread, _permit) = (thread, permit);
            let free = || hashers.lock().unwrap_or_else(PoisonError::into_inner);
            let hasher = free().pop().unwrap_or_default();
            let done = work(&hasher);
            free().push(hasher);
            done
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| Busy)
    }
}

/// The hash of a new password, as a PHC string, computed on the calling thread. For commands; servers use [`PasswordHasher`].
#[must_use]
pub fn hash_blocking(password: &str) -> String {
    Argon2Hasher::default().hash(&composed(password))
}

/// Checks a password in its composed Unicode form, in which passwords are hashed. Older hashes were made from the form that the keyboard
/// sent, so the password as it was sent and its decomposed form are checked too.
fn verify_spellings(hasher: &Argon2Hasher, password: &str, stored: &StoredHash) -> PasswordCheck {
    let composed = composed(password);
    if stored.verify(&composed, hasher) {
        return if stored.is_outdated() { PasswordCheck::CorrectOutdated } else { PasswordCheck::Correct };
    }
    let decomposed = decomposed(password);
    let others = [password, &*decomposed];
    let mut others =
        others.iter().enumerate().filter(|(at, other)| **other != composed && !others[..*at].contains(other));
    if others.any(|(_, other)| stored.verify(other, hasher)) {
        PasswordCheck::CorrectOutdated
    } else {
        PasswordCheck::Wrong
    }
}

#[cfg(test)]
mod tests {
    use argon2::{Argon2, Params, PasswordHasher as _, password_hash::phc::PasswordHash};

    use super::*;

    async fn verify(password_hasher: &PasswordHasher, password: &str, hash: Option<&str>) -> PasswordCheck {
        let permit = password_hasher.acquire_permit(None).unwrap();
        password_hasher.verify(&permit, password.into(), hash.map(str::to_owned)).await.unwrap()
    }

    async fn hash(password_hasher: &PasswordHasher, password: &str) -> String {
        password_hasher.hash(&password_hasher.acquire_permit(None).unwrap(), password.into()).await.unwrap()
    }

    #[tokio::test]
    async fn only_the_right_password_passes() {
        let password_hasher = PasswordHasher::new(1, 1);
        let known = hash(&password_hasher, "correct horse").await;
        assert!(known.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{known}");
        assert_eq!(verify(&password_hasher, "correct horse", Some(&known)).await, PasswordCheck::Correct);
        assert_eq!(verify(&password_hasher, "battery staple", Some(&known)).await, PasswordCheck::Wrong);
        assert_eq!(verify(&password_hasher, "the password of no user", None).await, PasswordCheck::Wrong);
        assert_eq!(verify(&password_hasher, "anything", Some("no hash")).await, PasswordCheck::Wrong);
    }

    #[tokio::test]
    async fn the_decoy_costs_what_a_hash_costs_and_matches_no_password() {
        let password_hasher = PasswordHasher::new(1, 1);
        let (decoy, known) = (password_hasher.decoy.clone(), hash(&password_hasher, "correct horse").await);
        // All that the work depends on: algorithm, version, parameters and lengths.
        let cost = |hash: &str| {
            let PasswordHash { algorithm, version, params, salt, hash } = PasswordHash::new(hash).unwrap();
            (algorithm, version, params, salt.map(|salt| salt.len()), hash.map(|hash| hash.len()))
        };
        assert_eq!(cost(&decoy), cost(&known));
        assert_ne!(decoy, PasswordHasher::new(1, 1).decoy);
        assert_eq!(verify(&password_hasher, "", Some(&decoy)).await, PasswordCheck::Wrong);
    }

    #[tokio::test]
    async fn a_password_is_the_same_in_every_unicode_form() {
        let password_hasher = PasswordHasher::new(1, 1);
        let (composed, decomposed) = ("caf\u{e9} cr\u{e8}me", "cafe\u{301} cre\u{300}me");
        let mixed = "cafe\u{301} cr\u{e8}me";
        let known = hash(&password_hasher, decomposed).await;
        for spelling in [composed, decomposed, mixed] {
            assert_eq!(verify(&password_hasher, spelling, Some(&known)).await, PasswordCheck::Correct, "{spelling}");
        }
        let weak = Params::new(64, 1, 1, None).unwrap();
        let as_typed = |text: &str| Argon2::from(weak.clone()).hash_password(text.as_bytes()).unwrap().to_string();
        for (kept, typed) in [(decomposed, decomposed), (decomposed, composed), (mixed, mixed)] {
            let before = as_typed(kept);
            assert_eq!(
                verify(&password_hasher, typed, Some(&before)).await,
                PasswordCheck::CorrectOutdated,
                "{kept} {typed}"
            );
        }
        assert_eq!(verify(&password_hasher, "cafe creme", Some(&known)).await, PasswordCheck::Wrong);
    }

    #[tokio::test]
    async fn a_hash_of_weaker_parameters_is_outdated() {
        let is_outdated = |hash: &str| StoredHash::parse(hash).unwrap().is_outdated();
        assert!(!is_outdated(&hash(&PasswordHasher::new(1, 1), "x").await));
        let salt_and_hash = "c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        assert!(is_outdated(&format!("$argon2id$v=19$m=4096,t=3,p=1${salt_and_hash}")));
        assert!(is_outdated(&format!("$argon2id$v=19$m=19456,t=1,p=1${salt_and_hash}")));
        assert!(!is_outdated(&format!("$argon2id$v=19$m=65536,t=2,p=1${salt_and_hash}")));
    }

    #[tokio::test]
    async fn a_full_queue_answers_busy_at_once() {
        let password_hasher = PasswordHasher::new(1, 1);
        let capacity = [password_hasher.acquire_permit(None).unwrap(), password_hasher.acquire_permit(None).unwrap()];
        assert!(password_hasher.acquire_permit(None).is_err());
        let [one, two] = capacity.each_ref().map(|permit| password_hasher.hash(permit, "one".into()));
        let (first, second) = tokio::join!(one, two);
        assert!(first.is_ok() && second.is_ok());
        drop(capacity);
        assert!(password_hasher.acquire_permit(None).is_ok(), "the queue is free again");
    }
}
