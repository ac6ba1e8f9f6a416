//! `latchkey`: parses the command line, runs the command, and reports an error in one line.

use std::{io::Write, process::ExitCode};

use latchkey_actix::server::survive_file_size_limit;
use latchkey_backend::{
    cli::{self, Command},
    config_file,
    database::StoreUnusable,
};

/// Exit code for unusable input: configuration, port or database. `clap` exits with the same code.
const EXIT_UNUSABLE: u8 = 2;

#[actix_web::main]
async fn main() -> ExitCode {
    let command = match config_file::parse(std::env::args_os()) {
        Ok(cli) => cli.command,
        Err(error) => return report(&error, EXIT_UNUSABLE),
    };
    let serving = matches!(command, Command::Serve(_));
    // Ignored: without it, only a process with such a limit is worse off.
    let _ = survive_file_size_limit();
    let Err(error) = cli::run(command).await else {
        return ExitCode::SUCCESS;
    };
    report(&error, if serving || error.is::<StoreUnusable>() { EXIT_UNUSABLE } else { 1 })
}

fn report(error: &anyhow::Error, code: u8) -> ExitCode {
    // Ignored, because standard error may be closed; the exit code reports the failure.
    let _ = writeln!(std::io::stderr(), "latchkey: {error:#}");
    ExitCode::from(code)
}
