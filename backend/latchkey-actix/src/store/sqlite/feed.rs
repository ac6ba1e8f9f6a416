//! The feed of changes in SQLite: triggers write changes to a table, and each feed polls it on a connection of its own.

use std::time::Duration;

use async_trait::async_trait;
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{SqliteStore, pools, token_hash};
use crate::{
    clock::Monotonic,
    store::{Batch, ChangeFeed, Changed, StoreError, TokenHash},
};

/// A feed, with the position up to which it has read.
pub struct SqliteFeed {
    connection: SqliteConnection,
    position: Option<Change>,
}

/// A row of the table of changes.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Change {
    seq: i64,
    token: TokenHash,
}

impl SqliteFeed {
    /// Opens a feed of all changes from now on.
    pub async fn open(store: &SqliteStore) -> Result<Self, StoreError> {
        let mut connection = pools::reader(&store.options).await?;
        let position = last(&mut connection).await?;
        Ok(Self { connection, position })
    }

    /// The changes since the position. The row at the position is read again. If it is missing or differs, the table was pruned, emptied
    /// or restored, so the changes in between are unknown.
    async fn changed(&mut self) -> Result<Changed, StoreError> {
        let select = "SELECT seq, token_hash FROM session_changes WHERE seq >= ? ORDER BY seq";
        let from = self.position.map_or(0, |position| position.seq);
        let rows = sqlx::query(select).bind(from).fetch_all(&mut self.connection).await?;
        let changes = rows.iter().map(change).collect::<Result<Vec<_>, _>>()?;
        if self.position.as_ref() == changes.first() {
            self.position = changes.last().copied();
            return Ok(Changed::Tokens(changes.iter().skip(1).map(|change| change.token).collect()));
        }
        self.position = match changes.last() {
            Some(last) => Some(*last),
            None => last(&mut self.connection).await?,
        };
        Ok(Changed::Everything)
    }
}

#[async_trait]
impl ChangeFeed for SqliteFeed {
    async fn next(&mut self, wait: Duration) -> Result<Batch, StoreError> {
        tokio::time::sleep(wait).await;
        let as_of = Monotonic::now();
        Ok(Batch { changed: self.changed().await?, as_of, now: None })
    }
}

async fn last(connection: &mut SqliteConnection) -> Result<Option<Change>, StoreError> {
    let select = "SELECT seq, token_hash FROM session_changes ORDER BY seq DESC LIMIT 1";
    sqlx::query(select).fetch_optional(connection).await?.as_ref().map(change).transpose()
}

fn change(row: &SqliteRow) -> Result<Change, StoreError> {
    Ok(Change { seq: row.try_get("seq")?, token: token_hash(row)? })
}
