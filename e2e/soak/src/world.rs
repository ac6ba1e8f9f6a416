//! What all who take part share.

use std::{
    collections::VecDeque,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use fastrand::Rng;
use latchkey_shared::SessionId;
use tokio::{sync::Semaphore, time::sleep};

use crate::{
    api::{Api, Reply, Sender},
    model::{Oracle, PasswordKey, Request, UserKey},
    witness::Witness,
};

/// Most ended sessions that are tried again; the oldest are given up.
const GHOSTS: usize = 2000;

/// Most log-ins at once. Passwords are what costs a server most: a crowd that logs in is another test.
const LOG_INS: usize = 4;

/// How long a replica may answer from its cache for a session that has ended elsewhere: what `LATCHKEY_CACHE_STALENESS` is by default.
pub const STALENESS: Duration = Duration::from_secs(1);

/// What all who take part share.
#[derive(Debug)]
pub struct World {
    pub witness: Witness,
    /// The proxy before the replicas.
    pub site: Api,
    /// The users' e-mail addresses.
    pub users: Vec<String>,
    /// The turns of those who log in.
    pub log_ins: Semaphore,
    passwords: AtomicU32,
    ghosts: Mutex<VecDeque<Holding>>,
    is_over: AtomicBool,
}

/// A session that a browser holds.
#[derive(Clone, Debug)]
pub struct Holding {
    pub user: UserKey,
    pub id: SessionId,
    /// `name=value`.
    pub cookie: String,
}

impl World {
    pub fn new(site: Api, users: usize) -> Self {
        let passwords = u32::try_from(users).unwrap_or(u32::MAX);
        let first: Vec<_> = (0..passwords).map(PasswordKey).collect();
        Self {
            witness: Witness::new(Oracle::new(STALENESS, &first)),
            site,
            users: (0..users).map(|number| format!("user{number}@example.org")).collect(),
            log_ins: Semaphore::new(LOG_INS),
            passwords: AtomicU32::new(passwords),
            ghosts: Mutex::default(),
            is_over: AtomicBool::new(false),
        }
    }

    /// A password that nobody ever had.
    pub fn new_password(&self) -> PasswordKey {
        PasswordKey(self.passwords.fetch_add(1, Ordering::Relaxed))
    }

    /// Sends a request of a browser through the proxy, and has its answer judged.
    pub async fn ask(&self, request: &Request, user: UserKey, browser: usize, cookie: Option<&str>) -> Reply {
        self.ask_at(&self.site, request, user, browser, cookie).await
    }

    /// The same at one replica.
    pub async fn ask_at(
        &self,
        api: &Api,
        request: &Request,
        user: UserKey,
        browser: usize,
        cookie: Option<&str>,
    ) -> Reply {
        let sender = Sender { email: &self.users[user.0], browser, cookie };
        self.witness.observe(request, api.send(request, sender)).await
    }

    /// Keeps an ended session, to try it again.
    pub fn keep_ghost(&self, ghost: Holding) {
        let mut ghosts = self.ghosts.lock().unwrap_or_else(PoisonError::into_inner);
        if ghosts.len() == GHOSTS
            && let Some(oldest) = ghosts.pop_front()
        {
            self.witness.oracle().forget(&oldest.id);
        }
        ghosts.push_back(ghost);
    }

    /// An ended session: half of the time one of the latest.
    pub fn ghost(&self, rng: &mut Rng) -> Option<Holding> {
        let ghosts = self.ghosts.lock().unwrap_or_else(PoisonError::into_inner);
        let begin = if rng.bool() { ghosts.len().saturating_sub(10) } else { 0 };
        (begin < ghosts.len()).then(|| ghosts[rng.usize(begin..ghosts.len())].clone())
    }

    /// All ended sessions that were kept.
    pub fn ghosts(&self) -> Vec<Holding> {
        self.ghosts.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// Everybody stops after the current request.
    pub fn finish(&self) {
        self.is_over.store(true, Ordering::Relaxed);
    }

    pub fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }

    /// Pauses for a random time.
    pub async fn pause(&self, rng: &mut Rng, ms: std::ops::Range<u64>) {
        sleep(Duration::from_millis(rng.u64(ms))).await;
    }
}
