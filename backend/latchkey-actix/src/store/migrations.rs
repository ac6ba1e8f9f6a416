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
    /// There are no tables.
    #[error(
        "it has no tables of Latchkey: `latchkey migrate` creates them, and so does `latchkey serve` when it starts"
    )]
    Missing,
    /// The schema is older.
    #[error(
        "its tables are of an older Latchkey: `latchkey migrate` brings them up to date, and so does `latchkey serve` when it starts"
    )]
    Outdated,
    /// The schema is newer.
    #[error("it was written by a newer Latchkey: use that version, or restore a backup that is older")]
    Newer,
    /// The table of migrations is not Latchkey's.
    #[error("its table _sqlx_migrations belongs to another program: Latchkey needs a database or a schema of its own")]
    Foreign,
}

impl SchemaMismatch {
    /// Compares the versions of the applied migrations with all migrations; `None` if they are the same.
    #[must_use]
    pub fn between(applied: &[i64], all: &[MigrationText]) -> Option<Self> {
        let is_known = |version: &i64| all.iter().any(|(known, ..)| known == version);
        match (applied.iter().all(is_known), all.iter().all(|(known, ..)| applied.contains(known))) {
            (true, true) => None,
            (true, false) if applied.is_empty() => Some(Self::Missing),
            (true, false) => Some(Self::Outdated),
            (false, true) => Some(Self::Newer),
            (false, false) => Some(Self::Foreign),
        }
    }

    /// Whether migrating mends it.
    #[must_use]
    pub fn is_mended_by_migrating(self) -> bool {
        matches!(self, Self::Missing | Self::Outdated)
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
