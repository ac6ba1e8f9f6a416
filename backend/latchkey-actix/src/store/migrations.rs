//! The migrations of a store, and the check that a database has the schema of this version.

use std::borrow::Cow;

use sqlx::{
    SqlSafeStr,
    migrate::{Migration, MigrationType, Migrator},
};

use super::StoreError;

/// Version, name and SQL of a migration. Migrations are compiled in; a released one never changes.
pub type MigrationText = (i64, &'static str, &'static str);

/// The database has another schema than this version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SchemaMismatch {
    /// The schema is older, or there are no tables.
    #[error(
        "its tables are of an older Latchkey: `latchkey migrate` brings them up to date, and so does `latchkey serve` when it starts"
    )]
    Outdated,
    /// The schema is newer.
    #[error("it was written by a newer Latchkey: use that version, or restore a backup that is older")]
    Newer,
}

impl SchemaMismatch {
    /// Compares the versions of the applied migrations with all migrations; `None` if they are the same.
    #[must_use]
    pub fn between(applied: &[i64], all: &[MigrationText]) -> Option<Self> {
        let known = |version: &i64| all.iter().any(|(known, ..)| known == version);
        if !applied.iter().all(known) {
            Some(Self::Newer)
        } else if applied.len() < all.len() {
            Some(Self::Outdated)
        } else {
            None
        }
    }
}

/// Creates the migrator of a store.
#[must_use]
pub fn migrator(all: &[MigrationText]) -> Migrator {
    let migration = |&(version, name, sql): &MigrationText| {
        Migration::new(version, Cow::Borrowed(name), MigrationType::Simple, sql.into_sql_str(), false)
    };
    Migrator::with_migrations(all.iter().map(migration).collect())
}

impl From<SchemaMismatch> for StoreError {
    fn from(mismatch: SchemaMismatch) -> Self {
        Self(mismatch.into())
    }
}
