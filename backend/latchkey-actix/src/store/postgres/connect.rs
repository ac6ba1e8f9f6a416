//! Making connections to a PostgreSQL server: their settings and their time-outs.

use std::time::Duration;

use sqlx::{AssertSqlSafe, ConnectOptions, PgConnection, Row, postgres::PgConnectOptions};

use crate::store::{NoAnswer, StoreError};

/// Longest wait of a server's call for a connection, by default.
pub const ACQUIRE_TIMEOUT: Duration = Duration::from_millis(250);

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
    pub const COMMAND: Self = Self { acquire: Duration::from_secs(5), ..Self::new(10_000, 55_000, 60_000, 60_000) };

    const fn new(lock_ms: u32, statement_ms: u32, call_ms: u64, by_key_ms: u64) -> Self {
        let (call, by_key) = (Duration::from_millis(call_ms), Duration::from_millis(by_key_ms));
        Self { acquire: ACQUIRE_TIMEOUT, lock_ms, statement_ms, call, by_key }
    }
}

/// Makes a connection. On the heap: the future is large, and without optimisation each caller's frame has a copy.
pub async fn connect(
    options: &PgConnectOptions,
    timeouts: Timeouts,
    limit: Duration,
) -> Result<PgConnection, StoreError> {
    let connect = Box::pin(async {
        let mut connection = startup(options).connect().await?;
        prepare(&mut connection, timeouts).await?;
        Ok(connection)
    });
    within(limit, connect).await
}

/// The result of a call, or an error if it takes longer than the limit.
pub async fn within<T>(limit: Duration, call: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    tokio::time::timeout(limit, call).await.unwrap_or_else(|_| Err(StoreError(NoAnswer(limit).into())))
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
             set_config('default_transaction_read_only', 'off', false),
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
