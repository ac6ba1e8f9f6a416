//! The command line: `latchkey serve`, and what an operator does beside it. The operator's commands work on the store;
//! running servers follow it, so that what is done here takes effect there at once.

mod audit;
mod backup;
mod compress;
mod healthcheck;
mod migrate;
mod sessions;
mod user;

use std::io::{self, Write};

use anyhow::Context;
use clap::{Parser, Subcommand};
use latchkey_actix::Admin;

use crate::{
    config::{Config, StoreConfig},
    database, serve,
};

/// Session handling for single-page apps, done right once.
#[derive(Debug, Parser)]
#[command(name = "latchkey", version)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the binary can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the API, and the single-page app if it has been built.
    Serve(Box<Config>),
    /// Manage the users in the store.
    #[command(subcommand)]
    User(user::UserCommand),
    /// See and end the active sessions in the store.
    #[command(subcommand)]
    Sessions(sessions::SessionsCommand),
    /// Show who did what, when and from where.
    Audit(audit::AuditCommand),
    /// Create the database, or bring its tables up to date. `serve` does so when it starts; no other command does.
    Migrate(migrate::MigrateCommand),
    /// Copy the database into a file, as it is at one instant; also while servers use it.
    Backup(backup::BackupCommand),
    /// Make the database of such a copy; also while servers use it. All sessions of the copy end, unless told otherwise.
    Restore(backup::RestoreCommand),
    /// Compress the files of the built app beside them, so that servers need not when they start.
    Compress(compress::CompressCommand),
    /// Ask a running server whether it is ready; for containers and supervisors.
    Healthcheck(healthcheck::HealthcheckCommand),
}

/// Does what the command line says.
///
/// # Errors
/// It could not be done: why, in words.
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
        Command::Healthcheck(command) => healthcheck::run(&command),
    }
}

/// Prints a line for the operator, or for the program that reads along.
fn print(line: &str) -> anyhow::Result<()> {
    writeln!(io::stdout(), "{line}").context("cannot write to standard output")
}

/// A number of things, such as `2 sessions`.
fn counted(number: u64, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

/// An operator at the store that an URL names, which must be there.
async fn open(store: &StoreConfig) -> anyhow::Result<Admin> {
    Ok(Admin::new(database::open_existing_store(store).await?))
}
