//! `latchkey`: parses the command line, runs the command, and reports an error in one line.

use std::{io::Write, process::ExitCode};

use latchkey_actix::server::survive_file_size_limit;
use latchkey_backend::{
    cli::{self, Command},
    config_file,
    database::{StoreUnreachable, StoreUnusable},
};

/// Exit code for unusable input: configuration, port or database. `clap` exits with the same code.
const EXIT_UNUSABLE: u8 = 2;

/// Exit code for other failures, such as a database that does not answer: a supervisor starts the server again.
const EXIT_FAILED: u8 = 1;

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
    let is_unusable = error.is::<StoreUnusable>() || (serving && !error.is::<StoreUnreachable>());
    report(&error, if is_unusable { EXIT_UNUSABLE } else { EXIT_FAILED })
}

fn report(error: &anyhow::Error, code: u8) -> ExitCode {
    // Ignored, because standard error may be closed; the exit code reports the failure.
    let _ = writeln!(std::io::stderr(), "latchkey: {}", one_line(error));
    ExitCode::from(code)
}

/// The error and its causes. Some errors repeat their cause's text, which is written once.
fn one_line(error: &anyhow::Error) -> String {
    error.chain().map(ToString::to_string).fold(String::new(), |line, text| match line.as_str() {
        "" => text,
        said if said.contains(&text) => line,
        _ => format!("{line}: {text}"),
    })
}
