//! Connections to a PostgreSQL server, and what every call through them has in common: a time-out, and another try where that is
//! safe.

use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
    time::Duration,
};

use sqlx::{
    ConnectOptions, PgConnection, PgPool, Postgres, Row,
    pool::PoolConnection,
    postgres::{PgArguments, PgConnectOptions, PgPoolOptions, PgRow},
    query::Query,
};

use tokio::sync::Semaphore;

use crate::store::StoreError;

/// How often a write is tried again that PostgreSQL broke off in favour of another one.
const RETRIES: u32 = 2;

/// How long a new connection may take, whoever waits for it.
const CONNECT: Duration = Duration::from_secs(3);

/// How long a connection is kept that nobody uses.
const IDLE: Duration = Duration::from_secs(10 * 60);

/// How long calls through one pool may take.
#[derive(Clone, Copy, Debug)]
pub struct TimeLimits {
    /// Until there is a connection.
    pub acquire: Duration,
    /// What the server allows for a lock. In milliseconds, as it reads it.
    pub lock_ms: u32,
    /// What the server allows for a statement. In milliseconds.
    pub statement_ms: u32,
    /// Everything together, whatever the network and the server do.
    pub call: Duration,
}

impl TimeLimits {
    /// For checks of sessions, and for the feed.
    pub const CHECK: Self = Self::new(250, 500, 1_000, 1_500);
    /// For other reads.
    pub const READ: Self = Self::new(250, 500, 4_000, 5_000);
    /// For writes.
    pub const WRITE: Self = Self::new(250, 3_000, 3_500, 4_000);
    /// For commands, behind which nobody queues.
    pub const COMMAND: Self = Self::new(5_000, 10_000, 60_000, 120_000);

    const fn new(acquire_ms: u64, lock_ms: u32, statement_ms: u32, call_ms: u64) -> Self {
        Self { acquire: Duration::from_millis(acquire_ms), lock_ms, statement_ms, call: Duration::from_millis(call_ms) }
    }
}

/// Some connections for one kind of calls, opened when they are needed.
#[derive(Clone)]
pub struct Pool {
    pool: PgPool,
    size: u32,
    limits: TimeLimits,
    /// Connections that are being made.
    connecting: Arc<Semaphore>,
}

impl Pool {
    pub fn new(options: &PgConnectOptions, size: u32, limits: TimeLimits) -> Self {
        let pool = PgPoolOptions::new()
            .max_connections(size)
            .acquire_timeout(CONNECT.max(limits.acquire))
            .acquire_slow_threshold(CONNECT.max(limits.acquire))
            .idle_timeout(IDLE)
            // A dead one is found by the call itself, which then takes another.
            .test_before_acquire(false)
            .after_connect(|connection, _| Box::pin(prepare(connection)));
        let pool = pool.connect_lazy_with(with_limits(options, limits));
        Self { pool, size, limits, connecting: Arc::new(Semaphore::new(size as usize)) }
    }

    /// Makes the first connections, so that nobody who is served has to wait for them. Two: one that was used is looked at before
    /// it is used again.
    pub async fn warm_up(&self) -> Result<(), StoreError> {
        let (one, two) = tokio::join!(self.pool.acquire(), self.pool.acquire());
        drop((one?, two?));
        Ok(())
    }

    /// The rows of a query that only reads. A connection that turns out to be dead is replaced: it costs nobody an answer.
    pub async fn fetch<'q>(
        &self,
        query: impl Fn() -> Query<'q, Postgres, PgArguments> + Send,
    ) -> Result<Vec<PgRow>, StoreError> {
        self.in_time(async {
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

    /// Does something that writes. It begins a transaction of its own, and is tried again if PostgreSQL breaks it off because
    /// of what others do at the same time.
    pub async fn write<T, F>(&self, deed: impl Fn() -> F + Send) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, StoreError>> + Send,
    {
        self.in_time(async {
            let mut retries = 0;
            loop {
                match deed().await {
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
                Ok(_) => return Ok(Transaction(connection)),
                Err(error) if is_disconnect(&error) && tries <= self.size => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// A connection that nobody uses, or else a new one. Whoever does not get one in time gives up, but a connection that is
    /// being made is finished: otherwise a server that takes longer than anybody waits would never have any.
    async fn acquire(&self) -> Result<Leased, StoreError> {
        if let Some(connection) = self.pool.try_acquire() {
            return Ok(Leased(Some(connection)));
        }
        let acquired = match self.connecting.clone().try_acquire_owned() {
            Ok(permit) if self.pool.size() < self.size => {
                let pool = self.pool.clone();
                let connecting = tokio::spawn(async move {
                    let connection = pool.acquire().await;
                    drop(permit);
                    connection
                });
                let connection = tokio::time::timeout(self.limits.acquire, connecting).await;
                connection.map(|joined| joined.map_err(|error| StoreError(error.into()))?.map_err(StoreError::from))
            }
            _ => {
                let connection = tokio::time::timeout(self.limits.acquire, self.pool.acquire()).await;
                connection.map(|connection| connection.map_err(StoreError::from))
            }
        };
        Ok(Leased(Some(acquired.map_err(|late| StoreError(late.into()))??)))
    }

    async fn in_time<T>(&self, call: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
        tokio::time::timeout(self.limits.call, call).await.unwrap_or_else(|late| Err(StoreError(late.into())))
    }
}

/// A connection of a pool. Unless it is released, it is closed: whoever gave up in the middle of a call must not leave a pool
/// waiting for an answer that may never come.
pub struct Leased(Option<PoolConnection<Postgres>>);

impl Leased {
    /// Gives it back.
    fn release(mut self) {
        self.0.take();
    }
}

impl Drop for Leased {
    fn drop(&mut self) {
        if let Some(connection) = self.0.take() {
            drop(connection.detach());
        }
    }
}

impl Deref for Leased {
    type Target = PgConnection;

    #[expect(clippy::expect_used, reason = "it is taken only by what consumes it")]
    fn deref(&self) -> &PgConnection {
        self.0.as_ref().expect("a connection that was not released")
    }
}

impl DerefMut for Leased {
    #[expect(clippy::expect_used, reason = "it is taken only by what consumes it")]
    fn deref_mut(&mut self) -> &mut PgConnection {
        self.0.as_mut().expect("a connection that was not released")
    }
}

/// A transaction. Dropping it closes the connection, which undoes it.
pub struct Transaction(Leased);

impl Transaction {
    /// Makes it last.
    pub async fn commit(self) -> Result<(), StoreError> {
        self.finish("COMMIT").await
    }

    /// Undoes it and keeps the connection.
    pub async fn roll_back(self) -> Result<(), StoreError> {
        self.finish("ROLLBACK").await
    }

    async fn finish(mut self, statement: &'static str) -> Result<(), StoreError> {
        sqlx::raw_sql(statement).execute(&mut *self.0).await?;
        self.0.release();
        Ok(())
    }
}

impl Deref for Transaction {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.0
    }
}

impl DerefMut for Transaction {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.0
    }
}

/// A connection of its own.
pub async fn connect(options: &PgConnectOptions, limits: TimeLimits) -> Result<PgConnection, StoreError> {
    let connect = async {
        let mut connection = with_limits(options, limits).connect().await?;
        prepare(&mut connection).await?;
        Ok(connection)
    };
    tokio::time::timeout(limits.call, connect).await.unwrap_or_else(|late| Err(StoreError(late.into())))
}

/// Whatever the server's own settings are.
fn with_limits(options: &PgConnectOptions, TimeLimits { lock_ms, statement_ms, .. }: TimeLimits) -> PgConnectOptions {
    let options = options.clone().options([
        ("default_transaction_isolation", "read committed"),
        ("lock_timeout", &*lock_ms.to_string()),
        ("statement_timeout", &statement_ms.to_string()),
        ("idle_in_transaction_session_timeout", &statement_ms.to_string()),
    ]);
    if options.get_application_name().is_some() { options } else { options.application_name("latchkey") }
}

/// Looks at a new connection before it is used. Only a primary knows what is so now, and an answered sign-out has to survive a
/// crash.
async fn prepare(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let query = "SELECT pg_is_in_recovery() AS standby, CASE WHEN current_setting('synchronous_commit') = 'off'
                 THEN set_config('synchronous_commit', 'on', false) END";
    if sqlx::query(query).persistent(false).fetch_one(connection).await?.try_get("standby")? {
        let why = "it is a standby, and Latchkey reads and writes the primary";
        return Err(sqlx::Error::Configuration(why.into()));
    }
    Ok(())
}

/// Whether a statement was not executed because its connection was gone.
fn is_disconnect(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        // The server ended it: admin_shutdown, crash_shutdown, idle_in_transaction_session_timeout, idle_session_timeout.
        sqlx::Error::Database(error) => {
            error.code().is_some_and(|code| ["57P01", "57P02", "25P03", "57P05"].contains(&&*code))
        }
        _ => false,
    }
}

/// Whether PostgreSQL broke something off because of others: serialization_failure, deadlock_detected.
fn is_conflict(StoreError(error): &StoreError) -> bool {
    let error = error.downcast_ref::<sqlx::Error>().and_then(sqlx::Error::as_database_error);
    error.and_then(sqlx::error::DatabaseError::code).is_some_and(|code| code == "40001" || code == "40P01")
}
