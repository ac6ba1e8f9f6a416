//! `latchkey`: reads the command line, runs the command, and says in one sentence what went wrong.

use std::{io::Write, process::ExitCode};

use clap::Parser;
use latchkey_backend::{
    app,
    cli::{self, Cli, Command, UserCommand},
};

/// What the operator gave cannot be used: configuration, port, database. `clap` exits with the same code.
const EXIT_UNUSABLE: u8 = 2;

#[actix_web::main]
async fn main() -> ExitCode {
    let (outcome, failure) = match Cli::parse().command {
        Command::Serve(config) => (app::serve(*config).await, EXIT_UNUSABLE),
        Command::User(UserCommand::Add(command)) => (cli::add_user(command).await, 1),
    };
    let Err(error) = outcome else { return ExitCode::SUCCESS };
    // Standard error may be closed; the exit code still tells.
    let _ = writeln!(std::io::stderr(), "latchkey: {error:#}");
    ExitCode::from(if error.is::<app::StoreUnusable>() {
        EXIT_UNUSABLE
    } else {
        failure
    })
}
