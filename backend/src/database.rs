//! The database of a URL: an SQLite file, or a database on a PostgreSQL server.

use std::{fmt, sync::Arc};

use anyhow::Context;

#[cfg(feature = "postgres")]
use latchkey_actix::store::postgres::{PostgresStore, url::PostgresUrl};
use latchkey_actix::{
    clock::{Clock, SystemClock},
    store::{
        Store, StoreError,
        sqlite::{SqliteStore, file::SqliteFile},
    },
};

use crate::config::StoreConfig;

/// The database cannot be used: a wrong URL, an unreadable file, or not a database.
#[derive(Debug, thiserror::Error)]
#[error("cannot use the database")]
pub struct StoreUnusable(#[source] Box<dyn std::error::Error + Send + Sync>);

/// The database cannot be used at the moment: its server does not answer, or somebody else keeps the file locked.
#[derive(Debug, thiserror::Error)]
#[error("cannot reach the database")]
pub struct StoreUnreachable(#[source] Box<dyn std::error::Error + Send + Sync>);

/// Sorts an error by whether it passes by itself.
fn explain(error: StoreError) -> anyhow::Error {
    if error.is_temporary() { StoreUnreachable(error.0).into() } else { StoreUnusable(error.0).into() }
}

/// A configured database, which need not exist.
#[derive(Clone, Debug)]
pub enum Database {
    /// An SQLite file, and its URL as configured.
    Sqlite(SqliteFile, String),
    /// A database on a PostgreSQL server.
    #[cfg(feature = "postgres")]
    Postgres(PostgresUrl),
}

/// An open store, and the clock that decides its deadlines.
pub struct OpenStore {
    /// The store.
    pub store: Arc<dyn Store>,
    /// A clock that follows the store's, or the operating system's if the store has none.
    pub clock: Arc<dyn Clock>,
}

impl OpenStore {
    fn sqlite(store: SqliteStore) -> Self {
        Self { store: Arc::new(store), clock: Arc::new(SystemClock) }
    }

    #[cfg(feature = "postgres")]
    fn postgres(store: PostgresStore) -> Self {
        Self { clock: store.clock(), store: Arc::new(store) }
    }
}

impl Database {
    /// The configured database.
    ///
    /// # Errors
    /// [`StoreUnusable`] if the URL is invalid. The error omits the URL, which may contain a password.
    pub fn of(config: &StoreConfig) -> anyhow::Result<Self> {
        let url = config.database_url.reveal();
        match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => {
                let file = url.parse().map_err(explain).with_context(|| url.to_owned())?;
                Ok(Self::Sqlite(file, url.to_owned()))
            }
            #[cfg(feature = "postgres")]
            Some("postgres" | "postgresql") => {
                let parsed = PostgresUrl::parse(url, config.database_tls.into());
                Ok(Self::Postgres(parsed.map_err(explain).context("the URL of the database")?))
            }
            #[cfg(not(feature = "postgres"))]
            Some("postgres" | "postgresql") => Err(StoreUnusable(
                "this binary was built without PostgreSQL: build it with `--features postgres`".into(),
            )
            .into()),
            _ => Err(StoreUnusable("the URL must begin with sqlite:// or postgres://".into()).into()),
        }
    }

    /// Opens the store and migrates its tables. Creates an SQLite file that does not exist.
    ///
    /// # Errors
    /// [`StoreUnusable`] or [`StoreUnreachable`].
    pub async fn open(&self) -> anyhow::Result<OpenStore> {
        let opened = match self {
            Self::Sqlite(_, url) => SqliteStore::open(url).await.map(OpenStore::sqlite),
            #[cfg(feature = "postgres")]
            Self::Postgres(url) => PostgresStore::open_url(url).await.map(OpenStore::postgres),
        };
        opened.map_err(explain).with_context(|| self.configured_url())
    }

    /// Opens the store for an operator's command, without creating or migrating anything.
    ///
    /// # Errors
    /// [`StoreUnusable`] or [`StoreUnreachable`].
    pub async fn open_existing(&self) -> anyhow::Result<OpenStore> {
        let opened = match self {
            Self::Sqlite(_, url) => SqliteStore::open_existing(url).await.map(OpenStore::sqlite),
            #[cfg(feature = "postgres")]
            Self::Postgres(url) => PostgresStore::open_existing(url).await.map(OpenStore::postgres),
        };
        opened.map_err(explain).with_context(|| self.configured_url())
    }

    /// Whether the file does not exist or the database has no tables of Latchkey.
    ///
    /// # Errors
    /// [`StoreUnusable`] or [`StoreUnreachable`].
    pub async fn is_missing(&self) -> anyhow::Result<bool> {
        match self {
            Self::Sqlite(file, _) => Ok(file.is_missing()),
            #[cfg(feature = "postgres")]
            Self::Postgres(url) => {
                PostgresStore::is_empty(url).await.map_err(explain).with_context(|| self.to_string())
            }
        }
    }

    /// The URL as configured, without a password.
    fn configured_url(&self) -> String {
        match self {
            Self::Sqlite(_, url) => url.clone(),
            #[cfg(feature = "postgres")]
            Self::Postgres(url) => url.to_string(),
        }
    }
}

impl fmt::Display for Database {
    /// Writes the URL without a password, and with the absolute path of a file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(file, _) => file.fmt(f),
            #[cfg(feature = "postgres")]
            Self::Postgres(url) => url.fmt(f),
        }
    }
}
