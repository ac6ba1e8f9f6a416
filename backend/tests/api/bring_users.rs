//! `latchkey user import`, `export` and `set-email`, and log-ins with the hashes of other programs.

use std::{os::unix::fs::PermissionsExt, path::Path};

use latchkey_actix::store::UserStore;
use latchkey_shared::{ErrorCode, User, Verified, api};

use crate::{
    command_line::{latchkey, on_database, succeed},
    support::{EMAIL, PASSWORD, TestApp, database::Database},
};

/// Hashes of `correct horse` by argon2-cffi, bcrypt, passlib and OpenSSL.
const HASHES: [&str; 8] = [
    "$argon2i$v=19$m=64,t=2,p=2$c2FsdHNhbHRzYWx0c2FsdA$Um2tQKSMO+0XrtzC+8oOj5XIfVYiz90GkcRUBruZJKQ",
    "$argon2id$v=19$m=64,t=2,p=2$c2FsdHNhbHRzYWx0c2FsdA$Sh1LF6dsajp2YjljvL/T0Tk68lSWQP232iGGbb+Qa5Y",
    "$2a$04$32AOBSIM8ZSUACtZ2/Vn9uIesfU8knLIIAB7te.iw0SDg6g4TKo/G",
    "$2b$04$3GeL5h2sGoyysMeiQra1yegQxc4WTsuM4Zy3TD1Afe2BGMYlhMQwm",
    "$2y$04$aaC0ZnxK7GSfhF3VUYyn3uxTDNh9FK4fY34Som6ncXAFzdh9VM.9O",
    "$scrypt$ln=4,r=8,p=2$8x6DkFJKSemds9Z6T+ndWw$vdOMxof9KLxNR12vmf+nTjTQ+FKXj0MHUhqby0nWFmM",
    "$pbkdf2-sha256$1000$BqBUKqUUAsC49/7/HwOgtA$2bjr7Ao6z2Aok1JgKD2Iro.rFcs3jxjrId2WUdLsSGw",
    "$pbkdf2-sha512$i=1000$c2FsdHNhbHRzYWx0c2FsdA$EHLBej+uEvxlmr0QnHnceg1vM6h1wbwSP5XErh3SmizNDWZsIi28RPGARe0EssjGRoiACzxgHjNvqwJY1zxKig",
];

/// One line for each hash.
fn lines() -> String {
    let line = |(number, hash)| format!("{{\"email\":\"User{number}@Example.org\",\"password_hash\":\"{hash}\"}}\n");
    HASHES.iter().enumerate().map(line).collect()
}

#[track_caller]
fn operate(app: &TestApp, words: &[&str], input: &str) -> String {
    succeed(&app.folder, &on_database(app, words), input)
}

/// Runs a command that must fail, and returns its error.
#[track_caller]
fn fail(app: &TestApp, words: &[&str], input: &str) -> String {
    let output = latchkey(&app.folder, &on_database(app, words), input);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[actix_web::test]
async fn imported_users_sign_in_with_their_passwords_and_get_hashes_of_today() {
    let app = TestApp::start_in_the_present().await;
    let said = operate(&app, &["user", "import", "-"], &lines());
    assert!(said.starts_with("imported 8 users into "), "{said}");
    for (number, hash) in HASHES.iter().enumerate() {
        let email = format!("user{number}@example.org");
        app.client().log_in_as(&email, "correct horsf").await.assert_problem(ErrorCode::BadCredentials);
        let kept = app.store.account(&email).await.unwrap().unwrap().password_hash;
        assert_eq!(kept, *hash, "a wrong password replaces nothing");
        for _ in ["as it was", "up to date"] {
            assert_eq!(app.client().log_in_as(&email, "correct horse").await.status, 200, "{hash}");
            let kept = app.store.account(&email).await.unwrap().unwrap();
            assert!(kept.password_hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
            assert_eq!(kept.user.version, 1);
        }
    }
}

#[actix_web::test]
async fn an_import_that_is_wrong_anywhere_adds_nobody_and_names_the_lines_but_no_hash() {
    let app = TestApp::start_in_the_present().await;
    let hash = HASHES[3];
    let expensive = hash.replace("$04$", "$20$");
    let input = [
        lines(),
        format!("{{\"email\":\"x@example.org\",\"password_hash\":\"{hash}x\"}}\n"),
        "\n".into(),
        format!("{{\"email\":\"y@example.org\",\"password_hash\":\"{expensive}\"}}\n"),
        format!("{{\"email\":\"user1@example.org\",\"password_hash\":\"{hash}\"}}\n"),
        format!("{{\"email\":\"z@example.org\",\"{hash}\":1}}"),
    ];
    let error = fail(&app, &["user", "import", "-"], &input.concat());
    for said in ["line 9: ", "line 11: ", "too expensive", "line 12: the same", "in line 2", "line 13: "] {
        assert!(error.contains(said), "{said}: {error}");
    }
    assert!(!error.contains("3GeL") && !error.contains("line 10"), "{error}");
    assert_eq!(app.store.accounts().await.unwrap().len(), 1);
}

#[actix_web::test]
async fn an_existing_address_is_an_error_unless_it_is_to_be_skipped() {
    let app = TestApp::start_in_the_present().await;
    let input = format!(
        "{{\"email\":\"b@example.org\"}}\n{{\"email\":\"ADA@example.org\",\"password_hash\":\"{}\"}}\n",
        HASHES[0]
    );
    let error = fail(&app, &["user", "import", "-"], &input);
    assert!(error.contains("line 2: there is an account") && error.contains("--skip-existing"), "{error}");
    assert_eq!(app.store.accounts().await.unwrap().len(), 1);
    let said = operate(&app, &["user", "import", "-", "--skip-existing"], &input);
    assert!(said.contains("imported 1 user ") && said.contains("skipped 1 user"), "{said}");
    assert_eq!(app.client().log_in().await.status, 200, "Ada keeps her password");
    assert!(operate(&app, &["user", "import", "-", "--skip-existing"], &input).contains("imported 0 users"));
    // The id of another user is not taken over.
    let id = "4711";
    operate(&app, &["user", "import", "-"], &format!("{{\"email\":\"c@example.org\",\"id\":\"{id}\"}}"));
    let error = fail(&app, &["user", "import", "-"], &format!("{{\"email\":\"d@example.org\",\"id\":\"{id}\"}}"));
    assert!(error.contains("imported 0 users, and none from line 1 on"), "{error}");
}

#[actix_web::test]
async fn an_imported_user_without_a_password_cannot_sign_in() {
    let app = TestApp::start_in_the_present().await;
    operate(&app, &["user", "import", "-"], r#"{"email":"b@example.org","name":"Bob"}"#);
    for password in ["x", PASSWORD, "!", "the password of no user"] {
        app.client().log_in_as("b@example.org", password).await.assert_problem(ErrorCode::BadCredentials);
    }
    assert!(operate(&app, &["user", "list"], "").contains("b@example.org\tBob\tenabled"));
}

#[actix_web::test]
async fn many_users_are_imported_in_batches() {
    let app = TestApp::start_in_the_present().await;
    let input: String = (0..1001).map(|number| format!("{{\"email\":\"u{number}@example.org\"}}\r\n")).collect();
    let file = app.folder.path().join("users.jsonl");
    std::fs::write(&file, format!("\u{feff}{input}")).unwrap();
    let said = operate(&app, &["user", "import", file.to_str().unwrap()], "");
    assert!(said.contains("imported 1001 users"), "{said}");
    assert_eq!(app.store.accounts().await.unwrap().len(), 1002);
}

#[actix_web::test]
async fn lines_and_files_are_bounded_and_must_be_there() {
    let app = TestApp::start_in_the_present().await;
    let long = format!("{{\"email\":\"a@example.org\",\"name\":\"{}\"}}", "x".repeat(20_000));
    assert!(fail(&app, &["user", "import", "-"], &long).contains("line 1: longer than 16 KiB"));
    assert!(fail(&app, &["user", "import", "missing.jsonl"], "").contains("cannot read missing.jsonl"));
    let wrong = "x\n".repeat(100);
    let error = fail(&app, &["user", "import", "-"], &wrong);
    assert!(error.contains("line 20: not a JSON object") && error.contains("and 80 more"), "{error}");
    assert!(!error.contains("line 21"), "{error}");
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[actix_web::test]
async fn an_export_is_private_and_can_be_imported_into_another_store() {
    let app = TestApp::start_in_the_present().await;
    operate(&app, &["user", "import", "-"], &lines());
    operate(
        &app,
        &["user", "import", "-"],
        r#"{"email":"josé@bücher.example","created_at":"2020-02-29T12:34:56.789Z"}"#,
    );
    operate(&app, &["user", "disable", "user3@example.org"], "");
    let file = app.folder.path().join("export.jsonl");
    let said = operate(&app, &["user", "export", file.to_str().unwrap()], "");
    assert!(said.starts_with("exported 10 users to "), "{said}");
    assert_eq!(mode(&file), 0o600);
    let exported = operate(&app, &["user", "export"], "");
    assert_eq!(exported, std::fs::read_to_string(&file).unwrap());
    assert!(exported.contains("\"created_at\":\"2020-02-29T12:34:56.789Z\"") && exported.contains("\"disabled\":true"));
    let again = fail(&app, &["user", "export", file.to_str().unwrap()], "");
    assert!(again.contains("cannot write") && again.contains("exists"), "{again}");

    let folder = tempfile::tempdir().unwrap();
    let other = Database::missing(folder.path()).await;
    let on_other = |words: &[&'static str]| {
        [words, &["--database-url", &other.url]].concat().iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()
    };
    let run = |words: Vec<String>, input: &str| {
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        succeed(&folder, &words, input)
    };
    // The ids of the tests' users have other characters.
    let id = serde_json::to_string(&app.store.account(EMAIL).await.unwrap().unwrap().user.id.0).unwrap();
    let exported = exported.replace(&id, "\"id-of-ada\"");
    run(on_other(&["user", "import", "-", "--create"]), &exported);
    assert_eq!(run(on_other(&["user", "export", "-"]), ""), exported);
}

#[actix_web::test]
async fn another_address_keeps_the_session_and_pages_learn_it() {
    let app = TestApp::start_in_the_present().await;
    let mut client = app.signed_in().await;
    let before: Verified = client.verify().await.json();
    let said = operate(&app, &["user", "set-email", EMAIL, "Lovelace@Example.org"], "");
    assert_eq!(said, format!("changed the address of {EMAIL} to lovelace@example.org\n"));
    let checks = async {
        loop {
            let now: Verified = client.verify().await.json();
            if now.user_version != before.user_version {
                return now;
            }
        }
    };
    let now = tokio::time::timeout(std::time::Duration::from_secs(10), checks).await.unwrap();
    assert_eq!((now.user_id, now.user_version), (before.user_id, before.user_version + 1));
    let user: User = client.get(api::ME).await.json();
    assert_eq!(user.email, "lovelace@example.org");
    app.client().log_in().await.assert_problem(ErrorCode::BadCredentials);
    assert_eq!(app.client().log_in_as("lovelace@example.org", PASSWORD).await.status, 200);
    let trail = operate(&app, &["audit"], "");
    assert!(trail.contains(&format!("set-email\tok\toperator\t{EMAIL} -> lovelace@example.org")), "{trail}");
}

#[actix_web::test]
async fn an_address_that_is_taken_or_none_is_refused() {
    let app = TestApp::start_in_the_present().await;
    app.add_user("bob@bücher.example", "Bob").await;
    for (new, said) in [
        ("bob@xn--bcher-kva.example", "there is an account for bob@bücher.example already"),
        ("bob", "not an e-mail address"),
        ("a@b@c.example", "one @"),
        ("a\u{200b}da@example.com", "invisible"),
    ] {
        let error = fail(&app, &["user", "set-email", EMAIL, new], "");
        assert!(error.contains(said), "{error}");
    }
    assert!(
        fail(&app, &["user", "set-email", "nobody@example.org", "x@example.org"], "").contains("there is no account")
    );
    let same = operate(&app, &["user", "set-email", EMAIL, "ADA@example.org"], "");
    assert_eq!(same, format!("the address is {EMAIL} already; nothing was changed\n"));
    assert!(!operate(&app, &["audit"], "").contains("set-email"));
}
