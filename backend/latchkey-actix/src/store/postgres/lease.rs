//! A connection taken from a pool, and transactions on it.

use std::ops::{Deref, DerefMut};

use sqlx::{PgConnection, Postgres, pool::PoolConnection};

use crate::store::StoreError;

/// A connection taken from a pool. Unless it is released, dropping it closes it: after a call that was given up in the middle, the
/// connection may wait for an answer that never comes, so the pool must not use it again.
pub struct Lease(Option<PoolConnection<Postgres>>);

impl Lease {
    pub fn new(connection: PoolConnection<Postgres>) -> Self {
        Self(Some(connection))
    }

    /// Returns the connection to its pool.
    pub fn release(mut self) {
        self.0.take();
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(connection) = self.0.take() {
            drop(connection.detach());
        }
    }
}

impl Deref for Lease {
    type Target = PgConnection;

    #[expect(clippy::expect_used, reason = "only methods that consume the lease take the connection")]
    fn deref(&self) -> &PgConnection {
        self.0.as_ref().expect("a connection that was not released")
    }
}

impl DerefMut for Lease {
    #[expect(clippy::expect_used, reason = "only methods that consume the lease take the connection")]
    fn deref_mut(&mut self) -> &mut PgConnection {
        self.0.as_mut().expect("a connection that was not released")
    }
}

/// A transaction. Dropping it closes the connection, which rolls it back.
pub struct Transaction(Lease);

impl Transaction {
    /// A transaction that has been begun on a connection.
    pub fn new(lease: Lease) -> Self {
        Self(lease)
    }

    /// Commits the transaction.
    pub async fn commit(self) -> Result<(), StoreError> {
        self.finish("COMMIT").await
    }

    /// Rolls the transaction back and returns the connection to its pool.
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
