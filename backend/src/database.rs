//! Opening the database that the configuration names.

use anyhow::Context;
use latchkey_actix::store::{
    StoreError,
    sqlite::{SqliteStore, file::SqliteFile},
};

use crate::config::StoreConfig;

/// The database cannot be used: a wrong URL, an unreadable file, or not a database.
#[derive(Debug, thiserror::Error)]
#[error("cannot use the database")]
pub struct StoreUnusable(#[source] Box<dyn std::error::Error + Send + Sync>);

impl From<StoreError> for StoreUnusable {
    fn from(StoreError(cause): StoreError) -> Self {
        Self(cause)
    }
}

/// Opens the configured store, creates it if it does not exist, and migrates its tables.
///
/// # Errors
/// [`StoreUnusable`].
pub async fn open_store(config: &StoreConfig) -> anyhow::Result<SqliteStore> {
    let url = sqlite_url(config)?;
    SqliteStore::open(url).await.map_err(StoreUnusable::from).context(url.to_owned())
}

/// Opens the configured store without creating or migrating anything.
///
/// # Errors
/// [`StoreUnusable`].
pub async fn open_existing_store(config: &StoreConfig) -> anyhow::Result<SqliteStore> {
    let url = sqlite_url(config)?;
    SqliteStore::open_existing(url).await.map_err(StoreUnusable::from).context(url.to_owned())
}

/// The configured database file, which need not exist.
///
/// # Errors
/// [`StoreUnusable`].
pub fn sqlite_file(config: &StoreConfig) -> anyhow::Result<SqliteFile> {
    let url = sqlite_url(config)?;
    url.parse().map_err(StoreUnusable::from).context(url.to_owned())
}

fn sqlite_url(config: &StoreConfig) -> anyhow::Result<&str> {
    let url = &config.database_url;
    let wrong = || StoreUnusable("the URL must begin with sqlite://".into());
    if url.starts_with("sqlite:") { Ok(url) } else { Err(wrong()).context(url.clone()) }
}
