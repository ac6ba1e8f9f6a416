//! The command line: `latchkey serve` and the operator's commands. The commands work on the store. Running servers follow the store, so
//! that changes take effect there at once.

mod audit;
mod backup;
mod compress;
mod healthcheck;
mod migrate;
mod sessions;
mod user;

use std::{
    io::{self, Write},
    path::PathBuf,
};

use anyhow::Context;
use clap::{Parser, Subcommand};
use latchkey_actix::Admin;

use crate::{
    config::{Config, StoreConfig},
    database::{Database, OpenStore},
    serve,
};

/// Session handling for single-page apps: server and operator's commands.
#[derive(Debug, Parser)]
#[command(name = "latchkey", version)]
pub struct Cli {
    /// The command.
    #[command(subcommand)]
    pub command: Command,

    /// File with settings, as lines NAME=value with the names of the environment variables. Flags and variables outrank it.
    #[arg(long, global = true, env = CONFIG, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// The variable that names the configuration file.
pub const CONFIG: &str = "LATCHKEY_CONFIG";

/// The commands of the binary.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the API, and the single-page app if it has been built.
    Serve(Box<Config>),
    /// Manage the users in the store.
    #[command(subcommand)]
    User(user::UserCommand),
    /// List and end the active sessions in the store.
    #[command(subcommand)]
    Sessions(sessions::SessionsCommand),
    /// Show who did what, when and from where.
    Audit(audit::AuditCommand),
    /// Create the database, or bring its tables up to date. `serve` does so at start; other commands do not.
    Migrate(migrate::MigrateCommand),
    /// Copy a consistent snapshot of an SQLite database into a file. Servers may use the database meanwhile. For PostgreSQL, use pg_dump.
    Backup(backup::BackupCommand),
    /// Restore an SQLite database from a backup. Servers may use the database meanwhile. All sessions end, unless --keep-sessions is given.
    Restore(backup::RestoreCommand),
    /// Write compressed copies of the built app's files beside them, so that servers need not compress at start.
    Compress(compress::CompressCommand),
    /// Ask a running server whether it is ready, for containers and supervisors.
    Healthcheck(healthcheck::HealthcheckCommand),
}

/// Runs a command.
///
/// # Errors
/// The command failed; the message is for the operator.
pub async fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Serve(config) => serve::serve(*config).await,
        Command::User(command) => user::run(command).await,
        Command::Sessions(command) => sessions::run(command).await,
        Command::Audit(command) => audit::run(command).await,
        Command::Migrate(command) => migrate::run(command).await,
        Command::Backup(command) => backup::back_up(command).await,
        Command::Restore(command) => backup::restore(command).await,
        Command::Compress(command) => compress::run(&command),
        Command::Healthcheck(command) => healthcheck::run(&command).await,
    }
}

/// Prints a line to standard output.
fn print(line: &str) -> anyhow::Result<()> {
    writeln!(io::stdout(), "{line}").context("cannot write to standard output")
}

/// A number with its noun in the right form, such as `1 session` or `2 sessions`.
fn counted(number: u64, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

/// Opens an existing store for operator's actions.
async fn open(store: &StoreConfig) -> anyhow::Result<Admin> {
    let OpenStore { store, clock } = Database::of(store)?.open_existing().await?;
    Ok(Admin::with_shared_store(store).clock(clock))
}
