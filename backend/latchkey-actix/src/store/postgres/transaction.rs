//! Transactions on a connection of a pool.

use std::ops::{Deref, DerefMut};

use sqlx::PgConnection;

use super::connections::Lease;
use crate::store::StoreError;

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
