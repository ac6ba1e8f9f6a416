//! A SQL shell on the database of a server, with foreign keys off, which is the default there.

use std::{path::Path, str::FromStr};

use sqlx::{ConnectOptions, SqliteConnection, sqlite::SqliteConnectOptions};

use super::TestApp;

pub struct Shell(SqliteConnection);

impl Shell {
    pub async fn open(app: &TestApp) -> Self {
        let options = SqliteConnectOptions::from_str(&app.database()).unwrap().foreign_keys(false);
        Self(options.connect().await.unwrap())
    }

    /// Runs statements.
    pub async fn run(&mut self, sql: &'static str) {
        sqlx::raw_sql(sql).execute(&mut self.0).await.unwrap();
    }

    /// The single value of a query.
    pub async fn value<T>(&mut self, sql: &'static str) -> T
    where
        T: Send + Unpin + for<'r> sqlx::Decode<'r, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite>,
    {
        sqlx::query_scalar(sql).fetch_one(&mut self.0).await.unwrap()
    }
}

/// Runs a statement on the database of another process.
pub async fn run_on(database: &Path, sql: &'static str) {
    let mut connection = SqliteConnectOptions::new().filename(database).connect().await.unwrap();
    sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
}
