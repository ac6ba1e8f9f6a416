//! The configuration file: its names, its rank, and its errors.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    process::{Command, Output},
};

use tempfile::TempDir;

use crate::{
    command_line::{binary, latchkey, run},
    support::program::Program,
};

/// A folder with a configuration file `c`.
fn folder_with(text: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("c"), text).unwrap();
    folder
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Where a command creates its database.
fn migrate(folder: &TempDir, words: &[&str], variable: Option<&str>) -> String {
    let mut command = binary();
    command.envs(variable.map(|url| ("LATCHKEY_DATABASE_URL", url)));
    said(&run(command, folder, &[&["migrate"], words].concat(), ""))
}

#[test]
fn a_flag_outranks_the_environment_which_outranks_the_file_which_outranks_the_default() {
    let folder = folder_with("# where\nLATCHKEY_DATABASE_URL=\"sqlite://of-the-file.db\"\n");
    let (config, flag) = (["--config", "c"], ["--config", "c", "--database-url", "sqlite://of-the-flag.db"]);
    let variable = Some("sqlite://of-the-variable.db");
    assert!(migrate(&folder, &[], None).contains("/latchkey.db"));
    assert!(migrate(&folder, &config, None).contains("/of-the-file.db"));
    assert!(migrate(&folder, &config, variable).contains("/of-the-variable.db"));
    assert!(migrate(&folder, &flag, variable).contains("/of-the-flag.db"));
}

#[test]
fn every_command_takes_the_file_before_or_after_its_name() {
    let folder = folder_with("LATCHKEY_DATABASE_URL=sqlite://of-the-file.db\nLATCHKEY_LISTEN=unix:s\n");
    assert!(latchkey(&folder, &["--config", "c", "migrate"], "").status.success());
    for words in [&["user", "list"][..], &["sessions", "list"], &["audit"], &["backup", "b"]] {
        let output = latchkey(&folder, &[words, &["--config", "c"]].concat(), "");
        assert!(output.status.success(), "{words:?}: {output:?}");
    }
    assert!(said(&latchkey(&folder, &["healthcheck", "--config", "c"], "")).contains("no answer from unix:s"));
}

#[test]
fn a_server_takes_all_its_settings_from_the_file() {
    let text = "LATCHKEY_DATABASE_URL=sqlite://of-the-file.db\nLATCHKEY_TRUSTED_PROXIES=10.0.0.0/8, ::1\n\
                LATCHKEY_LISTEN=unix:a,unix:b\nLATCHKEY_PUBLIC_URL=https://app.example\nLATCHKEY_IDLE_TIMEOUT=off\n\
                LATCHKEY_LOG='info'\nLATCHKEY_SESSION_REFRESH=sliding\nLATCHKEY_HASH_THREADS=3\n";
    let folder = folder_with(text);
    // The flag of the test's own outranks the file's list.
    let program = Program::start(folder.path(), &["--config", "c"]);
    assert!(folder.path().join("of-the-file.db").exists() && !folder.path().join("a").exists());
    drop(program);
    let mut command = Command::new(env!("CARGO_BIN_EXE_latchkey"));
    let mut server = command.args(["serve", "--config", "c"]).current_dir(folder.path()).spawn().unwrap();
    let asked = (0..400).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(25));
        latchkey(&folder, &["healthcheck", "--listen", "unix:b"], "").status.success()
    });
    server.kill().unwrap();
    server.wait().unwrap();
    assert!(asked && folder.path().join("a").exists());
}

#[test]
fn an_error_names_the_file_and_the_line() {
    for (text, place, words) in [
        ("\nLATCHKEY_LISTEN=nowhere", "c:2: LATCHKEY_LISTEN", "HOST:PORT"),
        ("LATCHKEY_LISTEN=127.0.0.1:0,nowhere", "c:1: LATCHKEY_LISTEN", "HOST:PORT"),
        ("LATCHKEY_SESSION_LIFETIME=0s", "c:1: LATCHKEY_SESSION_LIFETIME", "between 1s and 399d"),
        ("LATCHKEY_SESSION_REFRESH=always", "c:1: LATCHKEY_SESSION_REFRESH", "never, sliding"),
        ("LATCHKEY_HASH_THREADS=many", "c:1: LATCHKEY_HASH_THREADS", ""),
        ("LATCHKEY_TRUSTED_PROXIES=proxy", "c:1: LATCHKEY_TRUSTED_PROXIES", "neither a network"),
        ("LATCHKEY_LISTENS=127.0.0.1:0", "c:1:", "no setting LATCHKEY_LISTENS"),
        ("listen=127.0.0.1:0", "c:1:", "did you mean LATCHKEY_LISTEN?"),
        ("session-lifetime=1d", "c:1:", "did you mean LATCHKEY_SESSION_LIFETIME?"),
        ("LATCHKEY_CONFIG=d", "c:1:", "no setting LATCHKEY_CONFIG"),
        ("PATH=/bin", "c:1:", "no setting PATH"),
        ("[serve]", "c:1:", "NAME=value"),
        ("LATCHKEY_LOG=info\nLATCHKEY_LOG=debug", "c:2:", "in line 1 already"),
    ] {
        let output = latchkey(&folder_with(text), &["serve", "--config", "c"], "");
        let said = said(&output);
        assert!(output.status.code() == Some(2) && said.contains(place) && said.contains(words), "{text}: {said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
    let missing = latchkey(&tempfile::tempdir().unwrap(), &["serve", "--config", "no/file"], "");
    assert!(missing.status.code() == Some(2) && said(&missing).contains("configuration file no/file"), "{missing:?}");
}

#[test]
fn an_empty_variable_or_line_counts_as_not_set() {
    let folder =
        folder_with("LATCHKEY_DATABASE_URL=sqlite://of-the-file.db\nLATCHKEY_LISTEN=\nLATCHKEY_HASH_THREADS=\"\"\n");
    assert!(migrate(&folder, &[], Some("")).contains("/latchkey.db"), "the default");
    assert!(migrate(&folder, &["--config", "c"], Some("")).contains("/of-the-file.db"));
    // Only the database is wrong, which is opened after everything else has been read.
    let names = [
        "LISTEN",
        "METRICS_LISTEN",
        "PUBLIC_URL",
        "CONFIG",
        "GUARDED",
        "TRUSTED_PROXIES",
        "WORKERS",
        "DIST",
        "LOG_FORMAT",
    ];
    let names =
        names.iter().chain(&["SESSION_LIFETIME", "IDLE_TIMEOUT", "COOKIE_NAME", "SOCKET_MODE", "LOG", "KEEP_ALIVE"]);
    for config in [&[][..], &["--config", "c"]] {
        let mut command = binary();
        command.envs(names.clone().map(|name| (format!("LATCHKEY_{name}"), "")));
        let words = [&["serve", "--database-url", "sqlite://no/such/folder.db"], config].concat();
        let output = run(command, &folder, &words, "");
        assert!(output.status.code() == Some(2) && said(&output).contains("unable to open"), "{}", said(&output));
    }
}

#[test]
fn metrics_that_the_file_turns_on_can_be_turned_off() {
    let folder = folder_with("LATCHKEY_METRICS_LISTEN=unix:metrics\nLATCHKEY_DATABASE_URL=sqlite://of-the-file.db\n");
    for (variable, there) in [("", true), ("off", false)] {
        let mut command = binary();
        command.env("LATCHKEY_METRICS_LISTEN", variable);
        let program = Program::spawn(command, folder.path(), &["--config", "c"]);
        assert_eq!(folder.path().join("metrics").exists(), there, "{variable:?}");
        program.kill();
        let _ = fs::remove_file(folder.path().join("metrics"));
    }
}

#[test]
fn a_variable_that_is_no_setting_is_a_warning_without_its_value() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = binary();
    command
        .envs([("LATCHKEY_DATABASE_URI", "postgres://ada:hunter2@db/app"), ("LATCHKEY_PORT", "tcp://10.0.0.1:8080")]);
    let output = run(command, &folder, &["migrate"], "");
    let warnings = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && warnings.contains("warning: the variable LATCHKEY_DATABASE_URI is no setting"),
        "{warnings}"
    );
    assert!(!warnings.contains("hunter2") && !warnings.contains("LATCHKEY_PORT"), "{warnings}");
}

#[test]
fn a_wrong_flag_is_not_blamed_on_the_file() {
    let folder = folder_with("LATCHKEY_SESSION_LIFETIME=1d\n");
    let output = latchkey(&folder, &["serve", "--config", "c", "--session-lifetime", "0s"], "");
    assert!(output.status.code() == Some(2) && !said(&output).contains("c:1"), "{output:?}");
}

#[test]
fn a_password_that_everyone_can_read_is_a_warning_and_no_output_shows_it() {
    let folder = folder_with("LATCHKEY_DATABASE_URL=postgres://ada:hunter2@db.invalid/app\n");
    let file = folder.path().join("c");
    for (mode, warned) in [(0o644, true), (0o640, false), (0o600, false)] {
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        let output = latchkey(&folder, &["user", "list", "--config", "c"], "");
        let said = said(&output);
        assert_eq!(said.contains("every user of this machine can read it"), warned, "{mode:o}: {said}");
        assert!(!said.contains("hunter2"), "{said}");
        let help = latchkey(&folder, &["serve", "--config", "c", "--help"], "");
        assert!(help.status.success() && !self::said(&help).contains("hunter2"));
    }
    fs::write(&file, "LATCHKEY_DATABASE_URL=sqlite://latchkey.db\n").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    assert!(!said(&latchkey(&folder, &["migrate", "--config", "c"], "")).contains("warning"));
}
