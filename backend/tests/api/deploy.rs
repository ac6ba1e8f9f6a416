//! The files of `deploy/`: what they name exists, and what they run is a command.

use std::{collections::BTreeSet, fs, path::Path, process::Command as Process};

use clap::{Command, CommandFactory, Parser};
use latchkey_backend::{
    cli::{self, Cli},
    config_file,
};

fn read(name: &str) -> String {
    fs::read_to_string(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy")).join(name)).unwrap()
}

/// The variables of every command's settings.
fn variables(command: &Command) -> BTreeSet<String> {
    let own = command.get_arguments().filter_map(|argument| Some(argument.get_env()?.to_str()?.to_owned()));
    own.chain(command.get_subcommands().flat_map(variables)).collect()
}

/// The names in a text that begin with `LATCHKEY_`.
fn named(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| word.starts_with("LATCHKEY_")).map(str::to_owned).collect()
}

/// The values of a unit's lines with a name.
fn unit(name: &str) -> Vec<String> {
    let text = read("latchkey.service");
    text.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix('=')).map(str::to_owned).collect()
}

/// The instructions of the Dockerfile, with their continued lines.
fn instructions() -> Vec<(String, String)> {
    let text = read("Dockerfile");
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#')).collect::<Vec<_>>().join("\n");
    let lines = lines.replace("\\\n", " ");
    let instructions = lines.lines().filter_map(|line| line.split_once(' '));
    instructions.map(|(name, rest)| (name.to_owned(), rest.trim().to_owned())).collect()
}

#[test]
fn every_variable_that_they_name_exists() {
    let known = variables(&Cli::command());
    for file in ["Dockerfile", "latchkey.env", "latchkey.service"] {
        let named = named(&read(file));
        assert!(!named.is_empty(), "{file} is read");
        assert_eq!(named.difference(&known).collect::<Vec<_>>(), [""; 0], "{file}");
    }
}

#[test]
fn the_example_of_a_configuration_is_valid() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/latchkey.env");
    let cli = config_file::parse(["latchkey", "serve", "--config", file].map(Into::into)).unwrap();
    let cli::Command::Serve(config) = cli.command else { panic!("{cli:?}") };
    assert_eq!(config.listen.iter().filter(|listen| listen.path().is_some()).count(), 1);
    assert_eq!(config.listen.len(), 2);
}

#[test]
fn the_unit_runs_a_command_and_is_notified() {
    for start in unit("ExecStart") {
        let cli = Cli::try_parse_from(start.split(' ')).unwrap();
        assert!(matches!(cli.command, cli::Command::Serve(_)) && cli.config.is_some(), "{start}");
    }
    assert_eq!(unit("Type"), ["notify"]);
    // The exit code of what a restart does not mend.
    assert_eq!(unit("RestartPreventExitStatus"), ["2"]);
    // Any other is tried again for as long as a database is away.
    assert_eq!((&*unit("Restart")[0], &*unit("StartLimitIntervalSec")[0]), ("on-failure", "0"));
    let text = read("latchkey.service");
    assert!(text.find("StartLimitIntervalSec") < text.find("[Service]"), "systemd ignores it elsewhere");
    // The folders that the example of a configuration writes to.
    let settings = read("latchkey.env");
    for (kind, place) in [("StateDirectory", "/var/lib"), ("RuntimeDirectory", "/run")] {
        assert!(settings.contains(&format!("{place}/{}/", unit(kind)[0])), "{kind}");
    }
    assert!(unit("LimitNOFILE")[0].parse::<u32>().unwrap() >= 65_536);
}

#[test]
fn the_image_is_built_from_every_file_of_the_repository() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let listed = Process::new("git").args(["ls-files"]).current_dir(root).output().unwrap();
    let patterns = read("Dockerfile.dockerignore");
    let patterns: Vec<_> = patterns.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect();
    // Each pattern is for a name at any depth, with stars, or an exception for one file.
    let matches = |pattern: &str, name: &str| {
        let parts: Vec<_> = pattern.trim_start_matches("**/").split('*').collect();
        let [first, last] = [parts[0], parts[parts.len() - 1]];
        let middle = name.strip_prefix(first).and_then(|rest| rest.strip_suffix(last));
        match parts.len() {
            1 => name == first,
            _ => middle.is_some_and(|middle| middle.contains(&parts[1..parts.len() - 1].concat())),
        }
    };
    let ignored = |file: &&str| {
        let excepted = patterns.iter().any(|pattern| pattern.strip_prefix('!') == Some(file));
        !excepted && file.split('/').any(|name| patterns.iter().any(|pattern| matches(pattern, name)))
    };
    let files = String::from_utf8(listed.stdout).unwrap();
    assert!(files.lines().count() > 100 && ignored(&"backend/x.db-wal") && ignored(&"a/target/b"));
    assert_eq!(files.lines().filter(ignored).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn systemd_finds_nothing_wrong_with_the_unit() {
    // Only the machine's own: that the user and the binary are not installed.
    let unit = read("latchkey.service").replace("/usr/local/bin/latchkey", env!("CARGO_BIN_EXE_latchkey"));
    let unit = unit.replace("User=latchkey", "User=root").replace("Group=latchkey", "Group=root");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("latchkey.service");
    fs::write(&file, unit).unwrap();
    let Ok(verified) = Process::new("systemd-analyze").arg("verify").arg(&file).output() else {
        println!("systemd is not installed");
        return;
    };
    let said = String::from_utf8_lossy(&verified.stderr);
    // It also loads the units of the machine, which may have faults of their own.
    assert!(!said.lines().any(|line| line.contains("latchkey")), "{said}");
}

#[test]
fn the_image_has_two_stages_and_its_last_one_no_shell_and_no_root() {
    let instructions = instructions();
    let stages: Vec<_> = instructions.iter().enumerate().filter(|(_, (name, _))| name == "FROM").collect();
    assert_eq!(stages.len(), 2);
    // What compiles is what the first stage names, and not what rust-toolchain.toml finds that day.
    let build = &instructions[..stages[1].0];
    assert!(
        stages[0].1.1.starts_with("rust:1.")
            && build.contains(&("ENV".into(), "RUSTUP_TOOLCHAIN=$RUST_VERSION".into()))
    );
    let (last, (_, base)) = stages[1];
    assert_eq!(base, "scratch");
    let last = &instructions[last + 1..];
    // A RUN needs a shell; so does a command that is not a list.
    assert!(!last.iter().any(|(name, _)| name == "RUN"));
    let value = |name: &str| last.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str()).unwrap();
    let list = |text: &str| serde_json::from_str::<Vec<String>>(text).unwrap();
    let user: u32 = value("USER").split(':').next().unwrap().parse().unwrap();
    assert_ne!(user, 0);
    let serve = [list(value("ENTRYPOINT")), list(value("CMD"))].concat();
    assert!(matches!(Cli::try_parse_from(serve).unwrap().command, cli::Command::Serve(_)));
    let (_, check) = value("HEALTHCHECK").split_once("CMD ").unwrap();
    assert!(matches!(Cli::try_parse_from(list(check)).unwrap().command, cli::Command::Healthcheck(_)));
    // The server's port is the one that the image documents, and its database is in the volume.
    let variables = value("ENV");
    assert!(variables.contains(&format!("LATCHKEY_LISTEN=0.0.0.0:{}", value("EXPOSE"))));
    assert!(variables.contains(&format!("sqlite://{}/", value("VOLUME"))));
}
