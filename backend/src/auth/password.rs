//! Passwords: argon2id on a bounded number of threads with a bounded queue, and the same work whether or not there is
//! anything to compare with.

use std::{
    cell::RefCell,
    sync::{Arc, Mutex, PoisonError},
};

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::{
        self, CustomizedPasswordHasher, PasswordVerifier,
        phc::{Output, ParamsString, PasswordHash, Salt},
    },
};
use tokio::sync::Semaphore;

/// Hashes and checks passwords with argon2id at 19 MiB, two passes, one lane (OWASP's first recommendation and the
/// crate's default).
#[derive(Debug)]
pub struct Passwords {
    threads: Arc<Semaphore>,
    /// Those that nobody works with at the moment; there are never more than threads.
    hashers: Arc<Mutex<Vec<Hasher>>>,
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
            hashers: Arc::default(),
            queue: Arc::new(Semaphore::new(threads + queue)),
            places: threads + queue,
            decoy: Hasher::default().hash("the password of nobody"),
        }
    }

    /// Whether a password has a hash. Without a hash, which means an unknown user, it does the same work and says no.
    ///
    /// # Errors
    /// [`Busy`], at once, when the queue is full.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, Busy> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.decoy.clone());
        Ok(self.run(move |hasher| hasher.verify(&password, &hash)).await? && known)
    }

    /// The hash of a new password, as a PHC string.
    ///
    /// # Errors
    /// [`Busy`], at once, when the queue is full.
    pub async fn hash(&self, password: String) -> Result<String, Busy> {
        self.run(move |hasher| hasher.hash(&password)).await
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

    async fn run<T: Send + 'static>(&self, work: impl FnOnce(&Hasher) -> T + Send + 'static) -> Result<T, Busy> {
        let _place = self.queue.clone().try_acquire_owned().map_err(|_| Busy)?;
        let thread = self.threads.clone().acquire_owned().await.map_err(|_| Busy)?;
        let hashers = self.hashers.clone();
        // The permit moves into the work: a client that hangs up does not free a thread that is still busy.
        let work = move || {
            let _thread = thread;
            let free = || hashers.lock().unwrap_or_else(PoisonError::into_inner);
            let hasher = free().pop().unwrap_or_default();
            let done = work(&hasher);
            free().push(hasher);
            done
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| Busy)
    }
}

/// Argon2 with the memory that it works in. It is kept from one password to the next: got anew each time, it would cost a
/// tenth of the work, and the allocator would keep three times as much of it for every thread that ever hashed.
#[derive(Default)]
struct Hasher {
    memory: RefCell<Vec<Block>>,
}

impl Hasher {
    #[expect(clippy::expect_used, reason = "fails only for parameters out of range or without a random source")]
    fn hash(&self, password: &str) -> String {
        let mut salt = [0; Salt::RECOMMENDED_LENGTH];
        getrandom::fill(&mut salt).expect("the operating system gives random bytes");
        let hash = self.hash_password_customized(password.as_bytes(), &salt, None, None, Params::DEFAULT);
        hash.expect("argon2 hashes with its default parameters").to_string()
    }

    fn verify(&self, password: &str, hash: &str) -> bool {
        PasswordHash::new(hash).is_ok_and(|hash| self.verify_password(password.as_bytes(), &hash).is_ok())
    }
}

impl CustomizedPasswordHasher<PasswordHash> for Hasher {
    type Params = Params;

    fn hash_password_customized(
        &self,
        password: &[u8],
        salt: &[u8],
        algorithm: Option<&str>,
        version: Option<u32>,
        params: Params,
    ) -> password_hash::Result<PasswordHash> {
        let algorithm = algorithm.map(Algorithm::try_from).transpose()?.unwrap_or_default();
        let version = version.map(Version::try_from).transpose()?.unwrap_or_default();
        let mut output = vec![0; params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN)];
        let mut memory = self.memory.borrow_mut();
        memory.resize(params.block_count(), Block::new());
        let argon2 = Argon2::new(algorithm, version, params.clone());
        argon2.hash_password_into_with_memory(password, salt, &mut output, memory.as_mut_slice())?;
        Ok(PasswordHash {
            algorithm: algorithm.ident(),
            version: Some(version.into()),
            params: ParamsString::try_from(&params)?,
            salt: Some(Salt::new(salt)?),
            hash: Some(Output::new(&output)?),
        })
    }
}

impl std::fmt::Debug for Hasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hasher([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use argon2::PasswordHasher;

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

    #[test]
    fn the_hash_is_the_one_that_the_library_makes_and_reads() {
        let hasher = Hasher::default();
        for (m_cost, t_cost) in [(19_456, 2), (64, 1), (128, 3)] {
            let params = Params::new(m_cost, t_cost, 1, None).unwrap();
            let ours = hasher.hash_password_customized(b"correct horse", &[7; 16], None, None, params.clone()).unwrap();
            let theirs = Argon2::from(params).hash_password_with_salt(b"correct horse", &[7; 16]).unwrap();
            assert_eq!(ours.to_string(), theirs.to_string());
        }
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
