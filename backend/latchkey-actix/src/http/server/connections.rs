//! The register of open connections with their phases. When their number reaches the limit, those that have waited longest for their
//! client are closed for new ones.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering},
    },
    time::Duration,
};

use futures_util::task::AtomicWaker;

use crate::clock::Monotonic;

/// Shortest time between two warnings.
const WARN_INTERVAL: Duration = Duration::from_secs(60);

/// All open connections of the server.
#[derive(Debug)]
pub struct Connections {
    open: Mutex<Open>,
    limit: usize,
}

#[derive(Debug, Default)]
struct Open {
    by_id: HashMap<u64, Arc<Connection>>,
    opened: u64,
    warned_at: Option<Monotonic>,
}

/// An open connection, shared by its stream and its requests, which run on one thread. Another thread may evict it.
#[derive(Debug)]
pub struct Connection {
    id: u64,
    phase: AtomicU8,
    /// When the phase began, as [`Monotonic::as_nanos`].
    since: AtomicU64,
    /// The number of requests that have begun.
    requests: AtomicU32,
    evicted: AtomicBool,
    waker: AtomicWaker,
    connections: Arc<Connections>,
}

/// Marks a connection on a Unix socket. Its client is a process on this machine that the file's mode permits: the reverse proxy.
#[derive(Clone, Copy, Debug)]
pub struct UnixPeer;

/// The phase of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Phase {
    /// Waiting for a request, or for the rest of its head.
    Idle,
    /// Receiving a request's body.
    Receiving,
    /// Answering a request.
    Answering,
    /// Sending a streaming answer, such as an event stream.
    Streaming,
}

impl Connections {
    /// Allows at most `limit` open connections.
    #[must_use]
    pub fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self { open: Mutex::default(), limit })
    }

    /// The most connections that may be open.
    #[must_use]
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// Registers a new connection. At the limit, it closes connections that wait for their client, those that have waited longest first.
    /// `None` if there is none to close.
    pub fn open(self: &Arc<Self>) -> Option<Arc<Connection>> {
        let mut open = self.lock();
        if open.by_id.len() >= self.limit {
            let evicted = open.evict((self.limit / 64).max(1));
            self.warn(&mut open, evicted);
            if evicted == 0 {
                return None;
            }
        }
        open.opened += 1;
        let connection = Arc::new(Connection {
            id: open.opened,
            phase: AtomicU8::new(Phase::Idle as u8),
            since: AtomicU64::new(Monotonic::now().as_nanos()),
            requests: AtomicU32::new(0),
            evicted: AtomicBool::new(false),
            waker: AtomicWaker::new(),
            connections: self.clone(),
        });
        open.by_id.insert(connection.id, connection.clone());
        Some(connection)
    }

    /// The number of requests that have begun and are not answered yet. Streaming answers do not count.
    #[must_use]
    pub fn requests_in_flight(&self) -> usize {
        let in_flight = |phase| matches!(phase, Phase::Receiving | Phase::Answering);
        self.lock().by_id.values().filter(|connection| in_flight(connection.phase())).count()
    }

    fn warn(&self, open: &mut Open, evicted: usize) {
        let now = Monotonic::now();
        if open.warned_at.is_none_or(|then| now.since(then) >= WARN_INTERVAL) {
            open.warned_at = Some(now);
            let limit = self.limit;
            if evicted == 0 {
                tracing::warn!(
                    limit,
                    "too many connections, none of them idle: new ones are rejected; raise the limit of open files (ulimit -n)"
                );
            } else {
                tracing::warn!(
                    limit,
                    "too many connections: idle ones are closed for new ones; raise the limit of open files (ulimit -n)"
                );
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        // Every statement leaves the map consistent, so a poisoned lock is harmless.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    /// Closes at most `at_most` connections that wait for their client, those that have waited longest first. Returns how many.
    fn evict(&mut self, at_most: usize) -> usize {
        let waiting = self.by_id.values().filter(|connection| connection.waits_for_client());
        let mut waiting: Vec<_> =
            waiting.map(|connection| (connection.since.load(Ordering::Relaxed), connection.id)).collect();
        waiting.sort_unstable();
        waiting.truncate(at_most);
        for (_, id) in &waiting {
            self.by_id.remove(id).inspect(|connection| connection.evict());
        }
        waiting.len()
    }
}

impl Connection {
    /// The current phase.
    #[must_use]
    pub fn phase(&self) -> Phase {
        match self.phase.load(Ordering::Relaxed) {
            0 => Phase::Idle,
            1 => Phase::Receiving,
            2 => Phase::Answering,
            _ => Phase::Streaming,
        }
    }

    /// Changes the phase.
    pub fn enter(&self, phase: Phase) {
        if matches!(phase, Phase::Idle | Phase::Receiving) {
            self.since.store(Monotonic::now().as_nanos(), Ordering::Relaxed);
        }
        self.phase.store(phase as u8, Ordering::Relaxed);
    }

    /// Becomes idle at an instant that was read already.
    pub fn enter_idle(&self, now: Monotonic) {
        self.since.store(now.as_nanos(), Ordering::Relaxed);
        self.phase.store(Phase::Idle as u8, Ordering::Relaxed);
    }

    /// Counts a new request, and changes the phase.
    pub fn begin_request(&self, phase: Phase) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.enter(phase);
    }

    /// The number of requests that have begun.
    #[must_use]
    pub fn requests(&self) -> u32 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Whether the connection must close. If not, `waker` is woken when it must.
    pub fn is_evicted(&self, waker: &std::task::Waker) -> bool {
        self.waker.register(waker);
        self.must_close()
    }

    /// Whether the connection must close, for a task whose waker is registered already.
    pub fn must_close(&self) -> bool {
        self.evicted.load(Ordering::Acquire)
    }

    fn waits_for_client(&self) -> bool {
        matches!(self.phase(), Phase::Idle | Phase::Receiving)
    }

    fn evict(&self) {
        self.evicted.store(true, Ordering::Release);
        self.waker.wake();
    }

    /// Removes the connection, because its stream was dropped.
    pub fn closed(&self) {
        self.connections.lock().by_id.remove(&self.id);
    }
}

#[cfg(test)]
mod tests;
