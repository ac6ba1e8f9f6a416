//! A SQL shell on the database of a server, on SQLite with foreign keys off, which is the default there.

use std::str::FromStr;

use sqlx::{
    AssertSqlSafe, ConnectOptions, PgConnection, Postgres, Sqlite, SqliteConnection, postgres::PgConnectOptions,
    sqlite::SqliteConnectOptions,
};

use super::database::{Database, on_postgres};

pub enum Shell {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Shell {
    pub async fn open(database: &Database) -> Self {
        if on_postgres() {
            return Self::Postgres(PgConnectOptions::from_str(&database.url).unwrap().connect().await.unwrap());
        }
        let options = SqliteConnectOptions::from_str(&database.url).unwrap().foreign_keys(false);
        Self::Sqlite(options.connect().await.unwrap())
    }

    /// Runs statements.
    pub async fn run(&mut self, sql: &str) {
        let statements = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        match self {
            Self::Sqlite(connection) => drop(statements.execute(connection).await.unwrap()),
            Self::Postgres(connection) => drop(statements.execute(connection).await.unwrap()),
        }
    }

    /// Begins a transaction that blocks writers, but not readers.
    pub async fn hold_back_writers(&mut self) {
        self.run(match self {
            Self::Sqlite(_) => "BEGIN IMMEDIATE",
            Self::Postgres(_) => "BEGIN; LOCK TABLE users, sessions, login_attempts, devices, audit IN EXCLUSIVE MODE",
        })
        .await;
    }

    /// The single value of a query.
    pub async fn value<T>(&mut self, sql: &str) -> T
    where
        T: Send + Unpin + for<'r> sqlx::Decode<'r, Sqlite> + sqlx::Type<Sqlite>,
        T: for<'r> sqlx::Decode<'r, Postgres> + sqlx::Type<Postgres>,
    {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(connection) => sqlx::query_scalar(sql).fetch_one(connection).await.unwrap(),
            Self::Postgres(connection) => sqlx::query_scalar(sql).fetch_one(connection).await.unwrap(),
        }
    }
}
