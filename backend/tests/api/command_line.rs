//! The real binary: its error messages and exit codes for unusable input.

use std::{
    io::Write,
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Output, Stdio},
};

use tempfile::TempDir;

use crate::support::{INDEX, TestApp};

pub fn latchkey(folder: &TempDir, words: &[&str], input: &str) -> Output {
    run(binary(), folder, words, input)
}

/// The binary, without the variables that are for the tests.
pub fn binary() -> Command {
    binary_by(&[])
}

/// The same, by a program that executes it, such as `env`, with its arguments.
pub fn binary_by(program: &[&str]) -> Command {
    let mut words = program.iter().chain([&env!("CARGO_BIN_EXE_latchkey")]);
    let mut command = Command::new(words.next().unwrap());
    command.args(words);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("LATCHKEY_")) {
        command.env_remove(name);
    }
    command
}

/// Runs a command of the binary, such as one with variables.
pub fn run(mut command: Command, folder: &TempDir, words: &[&str], input: &str) -> Output {
    command.args(words).current_dir(folder.path()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // Fails if the child has exited already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

/// Runs a command that must succeed, and returns its output.
#[track_caller]
pub fn succeed(folder: &TempDir, words: &[&str], input: &str) -> String {
    let output = latchkey(folder, words, input);
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The words of a command on an app's database.
pub fn on_database<'a>(app: &'a TestApp, words: &[&'a str]) -> Vec<&'a str> {
    [words, &["--database-url", &app.database.url]].concat()
}

/// Asserts that a command failed with an exit code and one line of error that contains some words.
#[track_caller]
pub fn assert_refused(output: &Output, code: i32, words: &[&str]) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(words.iter().all(|word| said.contains(word)) && !said.contains("panicked"), "{said}");
}

#[test]
fn a_user_is_added_once() {
    let folder = tempfile::tempdir().unwrap();
    let add = ["user", "add", "Ada@Example.org", "--name", "Ada", "--password-stdin", "--create"];
    let added = succeed(&folder, &add, "correct horse\n");
    let database = folder.path().canonicalize().unwrap().join("latchkey.db");
    let said = format!("added ada@example.org to sqlite://{}\n", database.display());
    assert_eq!(added, said);
    assert_refused(&latchkey(&folder, &add, "another\n"), 1, &["there is an account for ada@example.org already"]);
}

#[test]
fn invalid_users_are_rejected() {
    let folder = tempfile::tempdir().unwrap();
    succeed(&folder, &["migrate"], "");
    assert_refused(
        &latchkey(&folder, &["user", "add", "ada", "--password-stdin"], "x\n"),
        1,
        &["cannot add 'ada'", "not an e-mail address"],
    );
    assert_refused(&latchkey(&folder, &["user", "add", "a@b@c", "--password-stdin"], "x\n"), 1, &["one @"]);
    assert_refused(&latchkey(&folder, &["user", "add", "a@b", "--password-stdin"], "\n"), 1, &["password is empty"]);
    assert_refused(
        &latchkey(&folder, &["user", "add", "a@b", "--name", " ", "--password-stdin"], "x\n"),
        1,
        &["A name has 1 to 100"],
    );
}

#[test]
fn an_invalid_configuration_is_explained() {
    let folder = tempfile::tempdir().unwrap();
    for (flag, value, said) in [
        ("--listen", "nowhere", "HOST:PORT"),
        ("--public-url", "example.org", "http:// or https://"),
        ("--session-lifetime", "0s", "between 1s and 399d"),
        ("--session-lifetime", "a week", "--session-lifetime"),
        ("--hash-threads", "0", "--hash-threads"),
        ("--database-url", "mysql://localhost/x", "sqlite://"),
        ("--database-url", "sqlite::memory:", "name a file"),
        ("--dist", "missing", "LATCHKEY_DIST 'missing'"),
        ("--log", "a=b=c", "LATCHKEY_LOG"),
    ] {
        assert_refused(&latchkey(&folder, &["serve", flag, value], ""), 2, &[said]);
    }
}

#[test]
fn a_password_that_users_could_not_choose_is_said_to_be_used() {
    let folder = tempfile::tempdir().unwrap();
    let output = latchkey(&folder, &["user", "add", "a@b", "--create", "--password-stdin"], "short\n");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && said.contains("it is used nevertheless") && said.contains("12 to 128"),
        "{said}"
    );
}

#[test]
fn every_duration_and_number_with_bounds_says_them_in_its_help() {
    let folder = tempfile::tempdir().unwrap();
    for (words, bounds) in [
        (
            &["serve", "--help"][..],
            &["from 1s to 399d", "At most 60s", "from 1 to 256", "at least 1s", "at least 1;", "postgres://USER@HOST"]
                [..],
        ),
        (&["user", "invite", "--help"], &["from 1m to 30d"]),
    ] {
        let help = succeed(&folder, words, "").split_whitespace().collect::<Vec<_>>().join(" ");
        for bound in bounds {
            assert!(help.contains(bound), "{bound}: {help}");
        }
    }
}

#[cfg(feature = "postgres")]
#[test]
fn another_machines_postgres_requires_verified_tls_and_no_error_shows_the_password() {
    let folder = tempfile::tempdir().unwrap();
    // Reachable, but not by a loopback address.
    let url = "postgres://ada:hunter2@0.0.0.0:1/app";
    for command in [&["serve"][..], &["migrate"], &["user", "list"], &["backup", "file"]] {
        let with = |flags: &[&'static str]| {
            let words: Vec<_> = command.iter().chain(&["--database-url", url]).chain(flags).copied().collect();
            latchkey(&folder, &words, "")
        };
        let rejected = with(&[]);
        assert_refused(&rejected, 2, &["sslmode=verify-full"]);
        let allowed = with(&["--database-tls", "as-url-says"]);
        let said = String::from_utf8_lossy(&allowed.stderr);
        assert!(said.contains("postgres://ada@0.0.0.0:1/app") && !said.contains("sslmode"), "{said}");
        for output in [rejected, allowed] {
            assert!(!format!("{output:?}").contains("hunter2"), "{output:?}");
        }
    }
}

/// So that a supervisor starts the server again, and does not if somebody has to change something.
#[cfg(feature = "postgres")]
#[test]
fn a_database_that_does_not_answer_has_another_exit_code_than_one_that_cannot_be_used() {
    let folder = tempfile::tempdir().unwrap();
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("postgres://ada@{nobody}/app");
    for command in [&["serve"][..], &["migrate"], &["user", "list"]] {
        let words = [command, &["--database-url", &url]].concat();
        let output = latchkey(&folder, &words, "");
        assert_refused(&output, 1, &["cannot reach the database", "refused"]);
        assert_eq!(String::from_utf8_lossy(&output.stderr).matches("refused").count(), 1, "the cause is said once");
    }
}

#[test]
fn a_busy_port_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let busy = listener.local_addr().unwrap().to_string();
    assert_refused(&latchkey(&folder, &["serve", "--listen", &busy], ""), 2, &["cannot listen on", &busy, "in use"]);
}

#[test]
fn a_file_that_is_not_a_database_is_named_and_left_unchanged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("broken.db");
    let content = "this is not a database at all ".repeat(100);
    std::fs::write(&path, &content).unwrap();
    for words in [&["serve", "--listen", "127.0.0.1:0"][..], &["user", "add", "a@b", "--password-stdin"]] {
        let words: Vec<_> = words.iter().copied().chain(["--database-url", "sqlite://broken.db"]).collect();
        assert_refused(&latchkey(&folder, &words, "x\n"), 2, &["sqlite://broken.db", "not a database"]);
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), content);
}

#[test]
fn a_database_in_a_missing_folder_is_rejected() {
    let folder = tempfile::tempdir().unwrap();
    let words = ["serve", "--listen", "127.0.0.1:0", "--database-url", "sqlite://no/such/folder.db"];
    assert_refused(&latchkey(&folder, &words, ""), 2, &["sqlite://no/such/folder.db", "unable to open"]);
    assert!(!Path::new("no").exists());
}

#[test]
fn a_database_is_private_and_created_only_by_commands_that_need_one() {
    let folder = tempfile::tempdir().unwrap();
    for words in [
        &["user", "list"][..],
        &["sessions", "list"],
        &["audit"],
        &["user", "disable", "a@b"],
        &["user", "add", "a@b", "--password-stdin"],
    ] {
        assert_refused(&latchkey(&folder, words, "x\n"), 2, &["sqlite://latchkey.db", "no such database", "--create"]);
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing was made");
    succeed(&folder, &["user", "add", "a@b", "--create", "--password-stdin"], "x\n");
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let mode = file.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn a_database_without_tables_is_brought_up_to_date_by_migrate_only() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("latchkey.db"), "").unwrap();
    for words in [&["user", "list"][..], &["audit"], &["user", "add", "a@b", "--password-stdin"]] {
        assert_refused(&latchkey(&folder, words, "x\n"), 2, &["no tables of Latchkey", "latchkey migrate"]);
    }
    assert_eq!(std::fs::metadata(folder.path().join("latchkey.db")).unwrap().len(), 0);
    succeed(&folder, &["migrate"], "");
    succeed(&folder, &["user", "list"], "");
}

#[test]
fn trusted_proxies_may_be_addresses_blanks_and_none() {
    let folder = tempfile::tempdir().unwrap();
    // Only the database is wrong, which is checked after the configuration.
    for value in ["", " ", "127.0.0.1", "127.0.0.1, ::1", "10.0.0.0/8 , 192.168.1.1,", "::ffff:10.0.0.1"] {
        let words = ["serve", "--trusted-proxies", value, "--database-url", "sqlite://no/such/folder.db"];
        assert_refused(&latchkey(&folder, &words, ""), 2, &["unable to open"]);
    }
    let words = ["serve", "--trusted-proxies", "127.0.0.1,proxy"];
    assert_refused(&latchkey(&folder, &words, ""), 2, &["'proxy'", "neither a network"]);
}

#[test]
fn prefixes_that_no_program_can_have_are_refused_at_start() {
    let folder = tempfile::tempdir().unwrap();
    let serve = |guarded: &str| {
        latchkey(&folder, &["serve", "--listen", "127.0.0.1:0", "--dist", "dist", "--guarded", guarded], "")
    };
    std::fs::create_dir(folder.path().join("dist")).unwrap();
    std::fs::write(folder.path().join("dist/index.html"), INDEX).unwrap();
    for (guarded, words) in [
        ("/reports", ["'/reports'", "end with a slash"]),
        ("/reports/,/api/x/", ["'/api/x/'", "Latchkey's"]),
        ("/", ["'/'", "the app itself"]),
        ("/a/../b/", ["'/a/../b/'", "dot segment"]),
        ("/reports/,/account/", ["LATCHKEY_GUARDED", "the app has '/account' of its own"]),
    ] {
        assert_refused(&serve(guarded), 2, &words);
    }
}

#[test]
fn a_path_prefix_in_the_public_url_is_refused_at_start() {
    let folder = tempfile::tempdir().unwrap();
    let output = latchkey(&folder, &["serve", "--public-url", "https://example.org/latchkey"], "");
    assert_refused(&output, 2, &["https://example.org/latchkey", "no path", "a host of their own"]);
}
