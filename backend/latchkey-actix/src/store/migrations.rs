//! The migrations of a store: which ones a database has, and whether this version can work with it.

use std::borrow::Cow;

use sqlx::{
    SqlSafeStr,
    migrate::{Migration, MigrationType, Migrator},
};

use super::StoreError;

/// Number, name and text of a migration. They are compiled in; one that has been released never changes.
pub type MigrationText = (i64, &'static str, &'static str);

/// The tables are not those that this version works with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SchemaMismatch {
    /// They are older, or there are none yet.
    #[error(
        "its tables are of an older Latchkey: `latchkey migrate` brings them up to date, and so does `latchkey serve` when it starts"
    )]
    Outdated,
    /// They are newer.
    #[error("it was written by a newer Latchkey: use that version, or restore a backup that is older")]
    Newer,
}

impl SchemaMismatch {
    /// In what a database to which some migrations were applied differs from one that has all of them, if it does.
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

/// Applies migrations.
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
