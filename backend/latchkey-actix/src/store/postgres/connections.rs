//! The open connections of a pool. sqlx has a pool too, but that one queries each connection that is returned, in a task of its own: a read
//! would be two round trips.

use std::{
    ops::{Deref, DerefMut},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sqlx::{PgConnection, postgres::PgConnectOptions};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::connect::{Timeouts, connect, within};
use crate::{clock::Monotonic, store::StoreError};

/// Longest time for making a connection, even if the call that needed it has given up.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// How long an unused connection is kept: firewalls forget silent ones.
const IDLE_TIMEOUT: Duration = Duration::from_secs(10 * 60);

/// How long a connection is used: a process of the server grows with what it has cached.
const MAX_AGE: Duration = Duration::from_secs(30 * 60);

/// Up to so many connections, opened on demand.
pub struct Connections {
    options: PgConnectOptions,
    timeouts: Timeouts,
    /// Those that nobody uses; the last one returned is the first one taken.
    idle: Mutex<Vec<Open>>,
    /// One for each connection that is being made or used.
    permits: Arc<Semaphore>,
}

struct Open {
    connection: PgConnection,
    made_at: Monotonic,
    returned_at: Monotonic,
}

impl Connections {
    pub fn new(options: PgConnectOptions, size: u32, timeouts: Timeouts) -> Arc<Self> {
        let permits = Arc::new(Semaphore::new(size as usize));
        Arc::new(Self { options, timeouts, idle: Mutex::default(), permits })
    }

    /// Takes an unused connection or makes a new one. A caller that does not get one in time gives up, but a connection that is being
    /// made is completed: otherwise, if connecting takes longer than the time-out, there would never be any.
    pub async fn take(self: &Arc<Self>) -> Result<Lease, StoreError> {
        if let Ok(permit) = self.permits.clone().try_acquire_owned()
            && let Some(open) = self.idle()
        {
            return Ok(self.lend(open, permit));
        }
        within(self.timeouts.acquire, async {
            let permit = self.permits.clone().acquire_owned().await.map_err(|error| StoreError(error.into()))?;
            if let Some(open) = self.idle() {
                return Ok(self.lend(open, permit));
            }
            let this = self.clone();
            // The lease is dropped, and so the connection put back, if nobody waits for it any more.
            let opening = tokio::spawn(async move { Ok(this.lend(this.open().await?, permit)) });
            opening.await.map_err(|error| StoreError(error.into()))?
        })
        .await
    }

    fn lend(self: &Arc<Self>, open: Open, permit: OwnedSemaphorePermit) -> Lease {
        Lease { open: Some(open), reusable: true, home: self.clone(), _permit: permit }
    }

    async fn open(&self) -> Result<Open, StoreError> {
        let limit = CONNECT_TIMEOUT.max(self.timeouts.acquire);
        let connection = connect(&self.options, self.timeouts, limit).await?;
        let now = Monotonic::now();
        Ok(Open { connection, made_at: now, returned_at: now })
    }

    /// The connection that was used last, unless that is too long ago.
    fn idle(&self) -> Option<Open> {
        let now = Monotonic::now();
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let open = idle.pop()?;
        if now.since(open.returned_at) > IDLE_TIMEOUT {
            // The others have been idle for longer.
            idle.clear();
            return None;
        }
        Some(open)
    }

    fn put_back(&self, mut open: Open) {
        open.returned_at = Monotonic::now();
        if open.returned_at.since(open.made_at) < MAX_AGE {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(open);
        }
    }
}

/// A connection taken from a pool. Once it was used, dropping this closes it unless it is released: after a call that was given up in the
/// middle, the connection may wait for an answer that never comes, so the pool must not use it again.
pub struct Lease {
    open: Option<Open>,
    reusable: bool,
    home: Arc<Connections>,
    /// Dropped last, so that whoever waits for it finds the connection.
    _permit: OwnedSemaphorePermit,
}

impl Lease {
    /// Returns the connection to its pool.
    pub fn release(mut self) {
        self.reusable = true;
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(open) = self.open.take()
            && self.reusable
        {
            self.home.put_back(open);
        }
    }
}

impl Deref for Lease {
    type Target = PgConnection;

    #[expect(clippy::expect_used, reason = "only dropping the lease takes the connection")]
    fn deref(&self) -> &PgConnection {
        &self.open.as_ref().expect("a connection until it is dropped").connection
    }
}

impl DerefMut for Lease {
    #[expect(clippy::expect_used, reason = "only dropping the lease takes the connection")]
    fn deref_mut(&mut self) -> &mut PgConnection {
        self.reusable = false;
        &mut self.open.as_mut().expect("a connection until it is dropped").connection
    }
}
