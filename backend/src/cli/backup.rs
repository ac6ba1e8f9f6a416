//! `latchkey backup` and `latchkey restore`.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use latchkey_actix::{
    clock::{Clock, SystemClock},
    store::sqlite::{
        backup::{self, Existing, Sessions},
        file::SqliteFile,
    },
};

use super::{counted, print};
use crate::{config::StoreConfig, database::Database};

/// Options of `latchkey backup`.
#[derive(Debug, Args)]
pub struct BackupCommand {
    /// The file to write. Only its owner can read it: it holds password hashes and addresses.
    file: PathBuf,

    /// Replace the file if it exists.
    #[arg(long, visible_alias = "force")]
    overwrite: bool,

    #[command(flatten)]
    store: StoreConfig,
}

/// Options of `latchkey restore`.
#[derive(Debug, Args)]
pub struct RestoreCommand {
    /// The file that `latchkey backup` wrote.
    file: PathBuf,

    /// Replace the database if it exists.
    #[arg(long, visible_alias = "force")]
    overwrite: bool,

    /// Keep the sessions that had not ended when the backup was made, except those that have ended since. Those are known only if the
    /// database that is replaced can still be read.
    #[arg(long)]
    keep_sessions: bool,

    #[command(flatten)]
    store: StoreConfig,
}

pub async fn back_up(BackupCommand { file, overwrite, store }: BackupCommand) -> anyhow::Result<()> {
    let database = sqlite_file(&store, "pg_dump")?;
    let length = backup::backup(&database, &file, existing(overwrite)).await;
    let length = length.with_context(|| format!("cannot back up {database}"))?;
    print(&format!("backed {database} up to {} ({length} bytes)", file.display()))
}

pub async fn restore(RestoreCommand { file, overwrite, keep_sessions, store }: RestoreCommand) -> anyhow::Result<()> {
    let database = sqlite_file(&store, "pg_restore")?;
    let sessions = if keep_sessions { Sessions::Keep } else { Sessions::End };
    let ended = backup::restore(&database, &file, existing(overwrite), sessions, SystemClock.now()).await;
    let ended = ended.with_context(|| format!("cannot restore {database} from {}", file.display()))?;
    print(&format!("restored {database} from {}; ended {}", file.display(), counted(ended, "session")))
}

/// The configured SQLite file; an error for a PostgreSQL database, which has programs of its own for backups.
#[cfg_attr(not(feature = "postgres"), expect(unused_variables, reason = "only used with PostgreSQL"))]
fn sqlite_file(store: &StoreConfig, postgres_program: &str) -> anyhow::Result<SqliteFile> {
    match Database::of(store)? {
        Database::Sqlite(file, _) => Ok(file),
        #[cfg(feature = "postgres")]
        database @ Database::Postgres(_) => {
            anyhow::bail!(
                "{database} is on a PostgreSQL server: use {postgres_program} instead; see docs/operations.md"
            )
        }
    }
}

fn existing(overwrite: bool) -> Existing {
    if overwrite { Existing::Replace } else { Existing::Keep }
}
