//! Pools of connections to a PostgreSQL server. Every call has a time-out, and is retried where that is safe.

use std::{sync::Arc, time::Duration};

use sqlx::{
    AssertSqlSafe, ConnectOptions, PgConnection, PgPool, Postgres, Row,
    postgres::{PgArguments, PgConnectOptions, PgPoolOptions, PgRow},
    query::Query,
};
use tokio::sync::Semaphore;

use super::lease::{Lease, Transaction};
use crate::store::{StoreError, pool_waits::PoolWaits};

/// Retries of a write that PostgreSQL aborted because of a concurrent one.
const RETRIES: u32 = 2;

/// Longest wait of a server's call for a connection, by default.
pub const ACQUIRE_TIMEOUT: Duration = Duration::from_millis(250);

/// Longest time for making a connection, even if the call that needed it has given up.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// How long an unused connection is kept.
const IDLE_TIMEOUT: Duration = Duration::from_secs(10 * 60);

/// The time-outs of calls through one pool.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For getting a connection.
    pub acquire: Duration,
    /// For a lock, in milliseconds; enforced by the server.
    pub lock_ms: u32,
    /// For a statement, in milliseconds; enforced by the server.
    pub statement_ms: u32,
    /// For the whole call, enforced here, whatever the network and the server do.
    pub call: Duration,
    /// For a call that reads by key.
    pub by_key: Duration,
}

impl Timeouts {
    /// For checks of sessions, and for the feed.
    pub const CHECK: Self = Self::new(500, 1_000, 1_500, 1_500);
    /// For other reads.
    pub const READ: Self = Self::new(500, 4_000, 5_000, 1_500);
    /// For writes.
    pub const WRITE: Self = Self::new(3_000, 3_500, 4_000, 1_500);
    /// For operator's commands, which nothing else waits for.
    pub const COMMAND: Self = Self { acquire: Duration::from_secs(5), ..Self::new(10_000, 60_000, 120_000, 120_000) };

    const fn new(lock_ms: u32, statement_ms: u32, call_ms: u64, by_key_ms: u64) -> Self {
        let (call, by_key) = (Duration::from_millis(call_ms), Duration::from_millis(by_key_ms));
        Self { acquire: ACQUIRE_TIMEOUT, lock_ms, statement_ms, call, by_key }
    }
}

/// The connections for one kind of calls, opened on demand.
#[derive(Clone)]
pub struct Pool {
    name: &'static str,
    waits: PoolWaits,
    pool: PgPool,
    size: u32,
    timeouts: Timeouts,
    /// A permit for each connection that is being made.
    connecting: Arc<Semaphore>,
}

impl Pool {
    pub fn new(
        name: &'static str,
        options: &PgConnectOptions,
        size: u32,
        timeouts: Timeouts,
        waits: &PoolWaits,
    ) -> Self {
        let acquire = CONNECT_TIMEOUT.max(timeouts.acquire);
        let pool = PgPoolOptions::new()
            .max_connections(size)
            .acquire_timeout(acquire)
            .acquire_slow_threshold(acquire)
            .idle_timeout(IDLE_TIMEOUT)
            // A call that finds its connection dead takes another one.
            .test_before_acquire(false)
            .after_connect(move |connection, _| Box::pin(prepare(connection, timeouts)));
        let pool = pool.connect_lazy_with(startup(options));
        Self { name, waits: waits.clone(), pool, size, timeouts, connecting: Arc::new(Semaphore::new(size as usize)) }
    }

    /// Makes the first two connections, so that the first requests need not wait for them. Two, because sqlx pings a connection that is
    /// returned before it can be used again.
    pub async fn warm_up(&self) -> Result<(), StoreError> {
        let (one, two) = tokio::join!(self.pool.acquire(), self.pool.acquire());
        drop((one?, two?));
        Ok(())
    }

    /// Fetches the rows of a query that only reads. If the connection turns out to be dead, the query is repeated on another one.
    pub async fn fetch<'q>(
        &self,
        query: impl Fn() -> Query<'q, Postgres, PgArguments> + Send,
    ) -> Result<Vec<PgRow>, StoreError> {
        within(self.timeouts.call, async {
            let mut tries = 0;
            loop {
                let mut connection = self.acquire().await?;
                let rows = query().fetch_all(&mut *connection).await;
                tries += 1;
                match rows {
                    Err(error) if is_disconnect(&error) && tries <= self.size => {}
                    Err(error @ sqlx::Error::Database(_)) => {
                        connection.release();
                        return Err(error.into());
                    }
                    Err(error) => return Err(error.into()),
                    Ok(rows) => {
                        connection.release();
                        return Ok(rows);
                    }
                }
            }
        })
        .await
    }

    /// Fetches rows by key. A log-in makes several of these calls one after the other, so each has less time than one that reads much.
    pub async fn fetch_by_key<'q>(
        &self,
        query: impl Fn() -> Query<'q, Postgres, PgArguments> + Send,
    ) -> Result<Vec<PgRow>, StoreError> {
        within(self.timeouts.by_key, self.fetch(query)).await
    }

    /// Performs a write, which begins a transaction of its own. It is repeated if PostgreSQL aborts it because of concurrent writes.
    pub async fn write<T, F>(&self, write: impl Fn() -> F + Send) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, StoreError>> + Send,
    {
        within(self.timeouts.call, async {
            let mut retries = 0;
            loop {
                match write().await {
                    Err(error) if is_conflict(&error) && retries < RETRIES => retries += 1,
                    outcome => return outcome,
                }
            }
        })
        .await
    }

    /// Begins a transaction.
    pub async fn begin(&self) -> Result<Transaction, StoreError> {
        let mut tries = 0;
        loop {
            let mut connection = self.acquire().await?;
            tries += 1;
            match sqlx::raw_sql("BEGIN").execute(&mut *connection).await {
                Ok(_) => return Ok(Transaction::new(connection)),
                Err(error) if is_disconnect(&error) && tries <= self.size => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Takes an unused connection or makes a new one. A caller that does not get one in time gives up, but a connection that is being
    /// made is completed: otherwise, if connecting takes longer than the time-out, there would never be any.
    async fn acquire(&self) -> Result<Lease, StoreError> {
        self.waits.measure(self.name, self.acquire_or_connect()).await
    }

    async fn acquire_or_connect(&self) -> Result<Lease, StoreError> {
        if let Some(connection) = self.pool.try_acquire() {
            return Ok(Lease::new(connection));
        }
        let connection = match self.connecting.clone().try_acquire_owned() {
            Ok(permit) if self.pool.size() < self.size => {
                let pool = self.pool.clone();
                let connecting = tokio::spawn(async move {
                    let connection = pool.acquire().await;
                    drop(permit);
                    connection
                });
                let connected = async { Ok(connecting.await.map_err(|error| StoreError(error.into()))??) };
                within(self.timeouts.acquire, connected).await?
            }
            _ => within(self.timeouts.acquire, async { Ok(self.pool.acquire().await?) }).await?,
        };
        Ok(Lease::new(connection))
    }
}

/// Makes a connection outside the pools.
pub async fn connect(options: &PgConnectOptions, timeouts: Timeouts) -> Result<PgConnection, StoreError> {
    let connect = async {
        let mut connection = startup(options).connect().await?;
        prepare(&mut connection, timeouts).await?;
        Ok(connection)
    };
    within(timeouts.call, connect).await
}

/// The result of a call, or an error if it takes longer than the limit.
async fn within<T>(limit: Duration, call: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    tokio::time::timeout(limit, call).await.unwrap_or_else(|elapsed| Err(StoreError(elapsed.into())))
}

/// The options of every connection. A pooler such as pgbouncer rejects start-up parameters that it does not know, so none are sent that are
/// not needed, and settings are made by [`prepare`].
fn startup(options: &PgConnectOptions) -> PgConnectOptions {
    let options = options.clone().extra_float_digits(None);
    if options.get_application_name().is_some() { options } else { options.application_name("latchkey") }
}

/// Makes the settings of a new connection, whatever the server's own are. `synchronous_commit` is turned on, because an acknowledged
/// sign-out must survive a crash. A standby is rejected, because its content may be outdated.
async fn prepare(connection: &mut PgConnection, timeouts: Timeouts) -> Result<(), sqlx::Error> {
    let Timeouts { lock_ms, statement_ms, .. } = timeouts;
    // One message, so that it also works through a pooler in transaction mode, which is then noticed.
    let settings = format!(
        "SELECT pg_is_in_recovery() AS standby, set_config('default_transaction_isolation', 'read committed', false),
             set_config('lock_timeout', '{lock_ms}', false), set_config('statement_timeout', '{statement_ms}', false),
             set_config('idle_in_transaction_session_timeout', '{statement_ms}', false),
             CASE WHEN current_setting('synchronous_commit') = 'off' THEN set_config('synchronous_commit', 'on', false) END"
    );
    if sqlx::raw_sql(AssertSqlSafe(settings)).fetch_one(connection).await?.try_get("standby")? {
        let message = "the server is a standby, and Latchkey needs the primary";
        return Err(sqlx::Error::Configuration(message.into()));
    }
    Ok(())
}

/// Rejects a pooler that lends one connection of the server to several clients in turn, such as pgbouncer with `pool_mode = transaction`:
/// settings, prepared statements and locks of one client would affect others. Under load such a pooler may go unnoticed.
pub async fn reject_shared_connections(one: &mut PgConnection, two: &mut PgConnection) -> Result<(), StoreError> {
    let mut backends = [Vec::new(), Vec::new()];
    for _ in 0..5 {
        for (connection, backends) in [&mut *one, &mut *two].into_iter().zip(&mut backends) {
            let row = sqlx::raw_sql("SELECT pg_backend_pid() AS backend").fetch_one(connection).await?;
            backends.push(row.try_get::<i32, _>("backend")?);
        }
    }
    if backends[0].iter().any(|backend| backends[1].contains(backend)) {
        let message = "the URL leads to a connection pooler in transaction mode, and Latchkey needs session mode";
        return Err(StoreError(message.into()));
    }
    Ok(())
}

/// Whether a statement was not executed because its connection was closed.
fn is_disconnect(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        // The server closed it: admin_shutdown, crash_shutdown, idle_in_transaction_session_timeout, idle_session_timeout.
        sqlx::Error::Database(error) => {
            error.code().is_some_and(|code| ["57P01", "57P02", "25P03", "57P05"].contains(&&*code))
        }
        _ => false,
    }
}

/// Whether PostgreSQL aborted a transaction because of concurrent ones: serialization_failure, deadlock_detected.
fn is_conflict(StoreError(error): &StoreError) -> bool {
    let error = error.downcast_ref::<sqlx::Error>().and_then(sqlx::Error::as_database_error);
    error.and_then(sqlx::error::DatabaseError::code).is_some_and(|code| code == "40001" || code == "40P01")
}
