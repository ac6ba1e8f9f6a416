//! The configuration file (`--config`): lines of `NAME=value` with the names of the environment variables, so that systemd's
//! `EnvironmentFile` can read it too. A flag outranks the environment, which outranks the file, which outranks the default. A variable and
//! a line without a value count as not set.

mod settings;

use std::{
    ffi::OsString,
    fs,
    io::Write,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process,
};

use anyhow::{Context, bail};
use clap::{
    Arg, Command, CommandFactory, FromArgMatches,
    error::{ContextKind, ContextValue, ErrorKind},
};

use crate::{
    cli::{CONFIG, Cli},
    config::DatabaseUrl,
    environment::{all_arguments, variables, warn_about_unknown_variables, without_empty_variables},
    passwords_in_urls::without_password_of,
};
use settings::Setting;

/// Parses a command line, with the configuration file that it or the environment names. Exits if only help is wanted or if a flag or a
/// variable is wrong, as clap does.
///
/// # Errors
/// The file cannot be read, a name in it is unknown, or a value is invalid. The message names the file and the line.
pub fn parse(words: impl IntoIterator<Item = OsString>) -> anyhow::Result<Cli> {
    let words: Vec<_> = words.into_iter().collect();
    let command = Cli::command();
    let parsed = without_empty_variables(command.clone()).try_get_matches_from(&words);
    let cli = Cli::from_arg_matches(&parsed.unwrap_or_else(|error| exit(&error)))?;
    warn_about_unknown_variables(&command);
    let Some(path) = &cli.config else { return Ok(cli) };
    let file = ConfigFile::read(path)?;
    file.warn_if_exposed();
    let with_defaults = without_empty_variables(file.set_defaults(command.clone()));
    // Flags and variables have been parsed without an error, so an error now is one of the file.
    let matches = with_defaults.try_get_matches_from(words).map_err(|error| file.locate(&command, &error))?;
    Ok(Cli::from_arg_matches(&matches)?)
}

/// Ends the process as clap does, but without a password in the error.
fn exit(error: &clap::Error) -> ! {
    let message = message(error);
    // Help is no error, and has examples of URLs.
    if !error.use_stderr() || message == error.to_string() {
        error.exit();
    }
    // Ignored, because standard error may be closed; the exit code reports the failure.
    let _ = write!(std::io::stderr(), "{message}");
    process::exit(error.exit_code())
}

/// The message of an error, without the password of a value that it repeats.
fn message(error: &clap::Error) -> String {
    match error.get(ContextKind::InvalidValue) {
        // Of a flag that takes none, such as `--password-stdin=secret`.
        Some(ContextValue::String(value)) if error.kind() == ErrorKind::TooManyValues => {
            error.to_string().replace(&format!("'{value}'"), "'…'")
        }
        Some(ContextValue::String(value)) => without_password_of(&error.to_string(), value),
        _ => without_password_of(&error.to_string(), ""),
    }
}

/// A file whose names are all known.
struct ConfigFile {
    path: PathBuf,
    settings: Vec<Setting>,
}

impl ConfigFile {
    fn read(path: &Path) -> anyhow::Result<Self> {
        let name = path.display();
        let text = fs::read_to_string(path).with_context(|| format!("cannot read the configuration file {name}"))?;
        let settings = settings::parse(&text).map_err(|(line, reason)| anyhow::anyhow!("{name}:{line}: {reason}"))?;
        let known: Vec<_> = variables(&Cli::command()).into_iter().filter(|name| name != CONFIG).collect();
        for Setting { line, name: setting, .. } in &settings {
            if !known.contains(setting) {
                let hint = match format!("LATCHKEY_{}", setting.to_ascii_uppercase().replace('-', "_")) {
                    similar if known.contains(&similar) => format!("; did you mean {similar}?"),
                    _ => "; the names are those of the variables in `latchkey serve --help`".to_owned(),
                };
                bail!("{name}:{line}: there is no setting {setting}{hint}");
            }
        }
        Ok(Self { path: path.into(), settings })
    }

    /// The value of an argument, if the file sets it.
    fn value_of(&self, argument: &Arg) -> Option<&Setting> {
        let variable = argument.get_env()?;
        self.settings.iter().find(|setting| variable == setting.name.as_str() && !setting.value.is_empty())
    }

    /// Makes the file's values the defaults of the arguments with their variables, in every command.
    fn set_defaults(&self, command: Command) -> Command {
        let command = command.mut_args(|argument| match self.value_of(&argument) {
            Some(setting) => argument.default_value(setting.value.clone()),
            None => argument,
        });
        command.mut_subcommands(|command| self.set_defaults(command))
    }

    /// The error of an invalid value, with its place in the file.
    fn locate(&self, command: &Command, error: &clap::Error) -> anyhow::Error {
        // Such as `--listen <HOST:PORT>`.
        let argument = error.get(ContextKind::InvalidArg).map(ToString::to_string).unwrap_or_default();
        let flag = argument.trim_start_matches("--").split(' ').next();
        let mut arguments = all_arguments(command).into_iter();
        let invalid =
            arguments.find(|argument| argument.get_long() == flag).and_then(|argument| self.value_of(argument));
        let file = self.path.display();
        let place = match invalid {
            Some(Setting { line, name, .. }) => format!("{file}:{line}: {name}"),
            None => file.to_string(),
        };
        // Without clap's hint at `--help`, which stands in a paragraph of its own.
        let text = message(error);
        let reason: Vec<_> = text.trim_start_matches("error: ").lines().map(str::trim).collect();
        let end = reason.iter().position(|line| line.is_empty()).unwrap_or(reason.len());
        anyhow::anyhow!("{place}: {}", reason[..end].join(" "))
    }

    /// Warns on standard error if the file contains a password that all users of the machine can read.
    fn warn_if_exposed(&self) {
        let secret = |setting: &Setting| {
            setting.name == "LATCHKEY_DATABASE_URL"
                && setting.value.parse().is_ok_and(|url: DatabaseUrl| url.has_password())
        };
        let readable = fs::metadata(&self.path).is_ok_and(|file| file.permissions().mode() & 0o004 != 0);
        if readable && self.settings.iter().any(secret) {
            let file = self.path.display();
            let _ = writeln!(
                std::io::stderr(),
                "latchkey: warning: {file} contains a password, and every user of this machine can read it: chmod 640 {file}"
            );
        }
    }
}
