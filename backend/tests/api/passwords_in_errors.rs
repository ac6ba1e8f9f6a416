//! The real binary: no error repeats a password, wherever it was given.

use crate::command_line::{assert_refused, binary, latchkey, run, succeed};

#[test]
fn no_error_repeats_a_password() {
    let folder = tempfile::tempdir().unwrap();
    for (flag, value) in [
        ("--public-url", "https://ada:hunter2@app.example"),
        ("--public-url", "ada:hunter2@app.example"),
        ("--public-url", "https://ada:hunter2 'x@app.example"),
        ("--listen", "postgres://ada:hunter2@db/app"),
        ("--guarded", "/reports/,https://ada:hunter2@app.example/"),
        ("--trusted-proxies", "http://ada:hunter2@proxy"),
        ("--no-such-flag", "https://ada:hunter2@app.example"),
        ("postgres://ada:hunter2@db/app", "x"),
    ] {
        let output = latchkey(&folder, &["serve", flag, value], "");
        assert_refused(&output, 2, &["error: "]);
        assert!(!format!("{output:?}").contains("hunter2"), "{output:?}");
    }
    let mut command = binary();
    command.env("LATCHKEY_PUBLIC_URL", "https://ada:hunter2@app.example");
    let output = run(command, &folder, &["serve"], "");
    assert_refused(&output, 2, &["'https://…@app.example'", "after the scheme only a host"]);
    assert!(!format!("{output:?}").contains("hunter2"), "{output:?}");
    std::fs::write(folder.path().join("c"), "LATCHKEY_PUBLIC_URL=https://ada:hunter2@app.example").unwrap();
    let output = latchkey(&folder, &["serve", "--config", "c"], "");
    assert_refused(&output, 2, &["c:1: LATCHKEY_PUBLIC_URL", "'https://…@app.example'"]);
    assert!(!format!("{output:?}").contains("hunter2"), "{output:?}");
}

#[test]
fn a_password_in_the_wrong_place_is_refused_and_not_repeated() {
    let folder = tempfile::tempdir().unwrap();
    succeed(&folder, &["user", "add", "a@b", "--create", "--password-stdin"], "x\n");
    for command in [["user", "add", "c@d"], ["user", "set-password", "a@b"]] {
        for (words, code) in [
            (&["hunter2"][..], 1),
            (&["hunter2", "--password-stdin"], 1),
            (&["--password", "hunter2"], 2),
            (&["--password=hunter2"], 2),
            (&["--password-stdin=hunter2"], 2),
            (&["--password-stdin", "hunter2"], 1),
        ] {
            let output = latchkey(&folder, &[&command[..], words].concat(), "");
            assert_refused(&output, code, &["--password-stdin"]);
            assert!(!format!("{output:?}").contains("hunter2"), "{output:?}");
        }
    }
    let help = succeed(&folder, &["user", "add", "--help"], "");
    assert!(help.contains("Usage: latchkey user add [OPTIONS] <EMAIL>\n"), "{help}");
}
