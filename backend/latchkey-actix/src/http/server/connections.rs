//! Every open connection, and what it is doing. When there are as many as the limit of open files lets there be, the ones that
//! have waited longest for a request make room for new ones.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering},
    },
    time::Duration,
};

use futures_util::task::AtomicWaker;

use crate::clock::Stopwatch;

/// Time between two lines in the log that say the same.
const WARN_INTERVAL: Duration = Duration::from_secs(60);

/// All open connections of the server.
#[derive(Debug)]
pub struct Connections {
    open: Mutex<Open>,
    limit: usize,
    uptime: Stopwatch,
}

#[derive(Debug, Default)]
struct Open {
    by_id: HashMap<u64, Arc<Connection>>,
    opened: u64,
    warned_at: Option<Duration>,
}

/// A connection, as its stream and its requests see it. Both run on one thread; whoever makes room may run on another.
#[derive(Debug)]
pub struct Connection {
    id: u64,
    phase: AtomicU8,
    /// Since when it is in its phase, in nanoseconds of the server's uptime.
    since: AtomicU64,
    /// How many requests began.
    requests: AtomicU32,
    evicted: AtomicBool,
    waker: AtomicWaker,
    connections: Arc<Connections>,
}

/// What a connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Phase {
    /// It waits for the next request, or for the rest of its head.
    Idle,
    /// A request's body is being read.
    Receiving,
    /// A request is being answered.
    Answering,
    /// The answer is an event stream.
    Streaming,
}

impl Connections {
    /// Lets so many connections be open at the same time.
    #[must_use]
    pub fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self { open: Mutex::default(), limit, uptime: Stopwatch::start() })
    }

    /// How many connections may be open.
    #[must_use]
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// Registers a new connection. Beyond the limit, the connections that have waited longest for a request are closed;
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
            since: AtomicU64::new(self.now()),
            requests: AtomicU32::new(0),
            evicted: AtomicBool::new(false),
            waker: AtomicWaker::new(),
            connections: self.clone(),
        });
        open.by_id.insert(connection.id, connection.clone());
        Some(connection)
    }

    /// How many requests have begun and are not answered yet; event streams are answered when they begin.
    #[must_use]
    pub fn requests_in_flight(&self) -> usize {
        let in_flight = |phase| matches!(phase, Phase::Receiving | Phase::Answering);
        self.lock().by_id.values().filter(|connection| in_flight(connection.phase())).count()
    }

    fn warn(&self, open: &mut Open, evicted: usize) {
        let now = self.uptime.elapsed();
        if open.warned_at.is_none_or(|then| now.saturating_sub(then) >= WARN_INTERVAL) {
            open.warned_at = Some(now);
            let limit = self.limit;
            if evicted == 0 {
                tracing::warn!(
                    limit,
                    "too many connections, none of them idle: new ones are refused; raise the limit of open files (ulimit -n)"
                );
            } else {
                tracing::warn!(
                    limit,
                    "too many connections: idle ones are closed for new ones; raise the limit of open files (ulimit -n)"
                );
            }
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.uptime.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        // The map is whole after every statement: there is nothing to be poisoned.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    /// Closes at most so many connections, of those that wait for their client the ones that have waited longest.
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
    /// What it is doing.
    #[must_use]
    pub fn phase(&self) -> Phase {
        match self.phase.load(Ordering::Relaxed) {
            0 => Phase::Idle,
            1 => Phase::Receiving,
            2 => Phase::Answering,
            _ => Phase::Streaming,
        }
    }

    /// Does something else from now on.
    pub fn enter(&self, phase: Phase) {
        if matches!(phase, Phase::Idle | Phase::Receiving) {
            self.since.store(self.connections.now(), Ordering::Relaxed);
        }
        self.phase.store(phase as u8, Ordering::Relaxed);
    }

    /// A request begins; the head of the next one is another one's.
    pub fn begin_request(&self, phase: Phase) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.enter(phase);
    }

    /// How many requests have begun.
    #[must_use]
    pub fn requests(&self) -> u32 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Whether it has to close; if not, the waker is woken when it has to.
    pub fn is_evicted(&self, waker: &std::task::Waker) -> bool {
        self.waker.register(waker);
        self.must_close()
    }

    /// Whether it has to close, for a task that is woken already when it has to.
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

    /// Its stream is gone.
    pub fn closed(&self) {
        self.connections.lock().by_id.remove(&self.id);
    }
}

#[cfg(test)]
mod tests;
