//! Passwords: argon2id on a bounded number of threads with a bounded queue, and the same work whether or not there is
//! anything to compare with.

use std::sync::Arc;

use argon2::{
    Argon2, Params,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use tokio::sync::Semaphore;

/// Hashes and checks passwords with argon2id at 19 MiB, two passes, one lane (OWASP's first recommendation and the
/// crate's default).
#[derive(Debug)]
pub struct Passwords {
    threads: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    places: usize,
    decoy: String,
}

/// As many passwords are waiting as may wait; nothing was hashed.
#[derive(Debug, thiserror::Error)]
#[error("too many passwords are waiting to be checked")]
pub struct Busy;

impl Passwords {
    /// Hashes on at most `threads` threads at once, with at most `queue` more passwords waiting.
    #[must_use]
    pub fn new(threads: usize, queue: usize) -> Self {
        Self {
            threads: Arc::new(Semaphore::new(threads)),
            queue: Arc::new(Semaphore::new(threads + queue)),
            places: threads + queue,
            decoy: hash("the password of nobody"),
        }
    }

    /// Whether a password has a hash. Without a hash, which means an unknown user, it does the same work and says no.
    ///
    /// # Errors
    /// [`Busy`], at once, when the queue is full.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, Busy> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.decoy.clone());
        Ok(self.run(move || verify(&password, &hash)).await? && known)
    }

    /// The hash of a new password, as a PHC string.
    ///
    /// # Errors
    /// [`Busy`], at once, when the queue is full.
    pub async fn hash(&self, password: String) -> Result<String, Busy> {
        self.run(move || hash(&password)).await
    }

    /// Whether a hash was made with weaker parameters than today's.
    #[must_use]
    pub fn is_outdated(&self, hash: &str) -> bool {
        let Ok(Ok(then)) = PasswordHash::new(hash).map(|hash| Params::try_from(&hash)) else {
            return false;
        };
        let today = Params::DEFAULT;
        then.m_cost() < today.m_cost() || then.t_cost() < today.t_cost()
    }

    /// How many passwords are being hashed or waiting for it.
    #[must_use]
    pub fn queue_length(&self) -> usize {
        self.places - self.queue.available_permits()
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Busy> {
        let _place = self.queue.clone().try_acquire_owned().map_err(|_| Busy)?;
        let thread = self.threads.clone().acquire_owned().await.map_err(|_| Busy)?;
        // The permit moves into the work: a client that hangs up does not free a thread that is still busy.
        let work = move || {
            let _thread = thread;
            work()
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| Busy)
    }
}

#[expect(clippy::expect_used, reason = "fails only for parameters out of range or without a random source")]
fn hash(password: &str) -> String {
    Argon2::default().hash_password(password.as_bytes()).expect("argon2 hashes with its default parameters").to_string()
}

fn verify(password: &str, hash: &str) -> bool {
    let Ok(hash) = PasswordHash::new(hash) else {
        return false;
    };
    Argon2::default().verify_password(password.as_bytes(), &hash).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_passes() {
        let passwords = Passwords::new(1, 1);
        let hash = passwords.hash("correct horse".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(passwords.verify("correct horse".into(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify("battery staple".into(), Some(hash)).await.unwrap());
        assert!(!passwords.verify("the password of nobody".into(), None).await.unwrap());
        assert!(!passwords.verify("anything".into(), Some("no hash".into())).await.unwrap());
    }

    #[tokio::test]
    async fn a_hash_of_weaker_parameters_is_outdated() {
        let passwords = Passwords::new(1, 1);
        assert!(!passwords.is_outdated(&passwords.hash("x".into()).await.unwrap()));
        let salt_and_hash = "c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        assert!(passwords.is_outdated(&format!("$argon2id$v=19$m=4096,t=3,p=1${salt_and_hash}")));
        assert!(passwords.is_outdated(&format!("$argon2id$v=19$m=19456,t=1,p=1${salt_and_hash}")));
        assert!(!passwords.is_outdated(&format!("$argon2id$v=19$m=65536,t=2,p=1${salt_and_hash}")));
    }

    #[tokio::test]
    async fn beyond_the_queue_the_answer_is_busy_at_once() {
        let passwords = Passwords::new(1, 1);
        let (running, waiting) = (passwords.hash("one".into()), passwords.hash("two".into()));
        let (first, second, third) = tokio::join!(running, waiting, passwords.hash("three".into()));
        assert!(first.is_ok() && second.is_ok() && third.is_err());
        assert!(passwords.hash("four".into()).await.is_ok(), "the queue is free again");
    }
}
