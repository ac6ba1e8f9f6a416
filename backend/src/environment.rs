//! The environment variables of settings: an empty one counts as not set, and one that is misspelt is a warning.

use std::{
    env,
    ffi::{OsStr, OsString},
    io::Write,
};

use clap::{Arg, Command, builder::Resettable};

/// How the variables of all settings begin.
const PREFIX: &str = "LATCHKEY_";

/// The command without the values of empty variables, which then come from the configuration file or are the defaults.
pub fn without_empty_variables(command: Command) -> Command {
    let is_empty = |argument: &Arg| argument.get_env().and_then(env::var_os).is_some_and(|value| value.is_empty());
    let command =
        command.mut_args(|argument| if is_empty(&argument) { argument.env(Resettable::Reset) } else { argument });
    command.mut_subcommands(without_empty_variables)
}

/// Warns on standard error about variables that look like settings but are none. They are no error, because programs around this one may
/// set them. Only the name is printed: the value may be a password.
pub fn warn_about_unknown_variables(command: &Command) {
    for name in unknown_variables(env::vars_os(), &variables(command)) {
        let hint = "the names are those in `latchkey serve --help`";
        let _ = writeln!(std::io::stderr(), "latchkey: warning: the variable {name} is no setting; {hint}");
    }
}

fn unknown_variables(set: impl IntoIterator<Item = (OsString, OsString)>, known: &[String]) -> Vec<String> {
    let ours = set.into_iter().filter(|(name, value)| !is_of_kubernetes(&name.to_string_lossy(), value));
    let names = ours.filter_map(|(name, _)| name.into_string().ok());
    let mut unknown: Vec<_> = names.filter(|name| name.starts_with(PREFIX) && !known.contains(name)).collect();
    unknown.sort();
    unknown
}

/// Whether it is one of the variables that Kubernetes sets for a service whose name begins with `latchkey`, such as
/// `LATCHKEY_SERVICE_HOST`, `LATCHKEY_PORT` and `LATCHKEY_PORT_8080_TCP_ADDR`.
fn is_of_kubernetes(name: &str, value: &OsStr) -> bool {
    let is_url = || value.to_string_lossy().contains("://");
    let of_service = ["_SERVICE_HOST", "_SERVICE_PORT", "_PORT_"].iter().any(|part| name.contains(part));
    of_service || (name.ends_with("_PORT") && is_url())
}

/// The variables of all settings, sorted by command.
pub fn variables(command: &Command) -> Vec<String> {
    let names = all_arguments(command).into_iter().filter_map(|argument| argument.get_env()?.to_str());
    names.map(str::to_owned).collect()
}

/// The arguments of a command and of all commands below it.
pub fn all_arguments(command: &Command) -> Vec<&Arg> {
    let below = command.get_subcommands().flat_map(all_arguments);
    command.get_arguments().chain(below).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_variable_is_unknown_and_those_of_others_are_not_ours() {
        let known = ["LATCHKEY_LISTEN", "LATCHKEY_CONFIG"].map(str::to_owned);
        let set = [
            "LATCHKEY_LISTEN",
            "LATCHKEY_LISTN",
            "LATCHKEY_COOKIE",
            "LATCHKEYS",
            "latchkey_listen",
            "PATH",
            "LATCHKEY_SERVICE_HOST",
            "LATCHKEY_SERVICE_PORT_HTTP",
            "LATCHKEY_METRICS_SERVICE_PORT",
            "LATCHKEY_PORT_8080_TCP_ADDR",
        ];
        let set = set.map(|name| (name.into(), "hunter2".into()));
        assert_eq!(unknown_variables(set, &known), ["LATCHKEY_COOKIE", "LATCHKEY_LISTN"]);
        let port = |value: &str| unknown_variables([("LATCHKEY_PORT".into(), value.into())], &known).len();
        assert_eq!((port("tcp://10.0.0.1:8080"), port("8080")), (0, 1));
    }
}
