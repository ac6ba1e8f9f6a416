//! Pools of connections to a PostgreSQL server. Every call has a time-out, and is retried where that is safe.

use std::sync::Arc;

use sqlx::{
    Postgres,
    postgres::{PgArguments, PgConnectOptions, PgRow},
    query::Query,
};

use super::{
    connect::{Timeouts, within},
    connections::{Connections, Lease},
    transaction::Transaction,
};
use crate::store::{StoreError, pool_waits::PoolWaits};

/// Retries of a write that PostgreSQL aborted because of a concurrent one.
const RETRIES: u32 = 2;

/// The connections for one kind of calls, opened on demand.
#[derive(Clone)]
pub struct Pool {
    name: &'static str,
    waits: PoolWaits,
    connections: Arc<Connections>,
    size: u32,
    timeouts: Timeouts,
}

impl Pool {
    /// A pool with a name, under which the waits for its connections are measured.
    pub fn new(
        name: &'static str,
        options: &PgConnectOptions,
        size: u32,
        timeouts: Timeouts,
        waits: &PoolWaits,
    ) -> Self {
        let connections = Connections::new(options.clone(), size, timeouts);
        Self { name, waits: waits.clone(), connections, size, timeouts }
    }

    async fn take(&self) -> Result<Lease, StoreError> {
        self.waits.measure(self.name, self.connections.take()).await
    }

    /// Makes the first connection, so that the first request need not wait for it.
    pub async fn warm_up(&self) -> Result<(), StoreError> {
        self.connections.take().await.map(drop)
    }

    /// Fetches the rows of a query that only reads. If the connection turns out to be dead, the query is repeated on another one.
    pub async fn fetch<'q>(
        &self,
        query: impl Fn() -> Query<'q, Postgres, PgArguments> + Send,
    ) -> Result<Vec<PgRow>, StoreError> {
        within(self.timeouts.call, async {
            let mut tries = 0;
            loop {
                let mut connection = self.take().await?;
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
            let mut connection = self.take().await?;
            tries += 1;
            match sqlx::raw_sql("BEGIN").execute(&mut *connection).await {
                Ok(_) => return Ok(Transaction::new(connection)),
                Err(error) if is_disconnect(&error) && tries <= self.size => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
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
