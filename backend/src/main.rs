//! `latchkey`: reads the command line, runs the command, and says in one sentence what went wrong.

use std::{io::Write, process::ExitCode};

use clap::Parser;
use latchkey_actix::server::survive_file_size_limit;
use latchkey_backend::{
    cli::{self, Cli, Command},
    database::StoreUnusable,
};

/// What the operator gave cannot be used: configuration, port, database. `clap` exits with the same code.
const EXIT_UNUSABLE: u8 = 2;

#[actix_web::main]
async fn main() -> ExitCode {
    let command = Cli::parse().command;
    let serving = matches!(command, Command::Serve(_));
    // Ignored: without it, only a process with such a limit is worse off.
    let _ = survive_file_size_limit();
    let Err(error) = cli::run(command).await else {
        return ExitCode::SUCCESS;
    };
    // Standard error may be closed; the exit code still tells.
    let _ = writeln!(std::io::stderr(), "latchkey: {error:#}");
    ExitCode::from(if serving || error.is::<StoreUnusable>() { EXIT_UNUSABLE } else { 1 })
}
