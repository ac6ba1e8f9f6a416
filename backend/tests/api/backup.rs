//! `latchkey backup` and `latchkey restore`, while a server uses the database.

use std::{fs, path::PathBuf, process::Output};

use latchkey_shared::ErrorCode;

use crate::{
    command_line::{self, latchkey, on_database},
    support::{
        EMAIL, PASSWORD, TestApp,
        database::{on_postgres, only_on_sqlite},
    },
};

fn run(app: &TestApp, words: &[&str]) -> Output {
    latchkey(&app.folder, &on_database(app, words), "")
}

#[track_caller]
fn succeed(app: &TestApp, words: &[&str]) -> String {
    command_line::succeed(&app.folder, &on_database(app, words), "")
}

fn copy(app: &TestApp) -> PathBuf {
    app.folder.path().join("copy.db")
}

#[actix_web::test]
async fn a_running_server_goes_on_with_the_restored_data_and_all_sessions_end() {
    if only_on_sqlite("it is a file") {
        return;
    }
    let app = TestApp::start_in_the_present().await;
    let mut before = app.signed_in().await;
    succeed(&app, &["backup", "copy.db"]);
    let mut after = app.signed_in().await;
    app.add_user("eve@example.org", "Eve").await;
    // Both sessions are cached.
    assert_eq!((before.verify().await.status, after.verify().await.status), (200, 200));

    let said = succeed(&app, &["restore", "copy.db", "--overwrite"]);
    assert!(said.contains("ended 1 session"), "{said}");
    before.until_ended().await.assert_problem(ErrorCode::SessionRevoked);
    after.until_ended().await.assert_problem(ErrorCode::SessionMissing);
    app.client().log_in_as("eve@example.org", PASSWORD).await.assert_problem(ErrorCode::BadCredentials);
    let mut again = app.signed_in().await;
    assert_eq!(again.verify().await.status, 200);
    assert!(succeed(&app, &["audit"]).contains("restore-database\tok\toperator"));
}

#[actix_web::test]
async fn kept_sessions_do_not_include_those_that_ended_since_the_backup() {
    if only_on_sqlite("it is a file") {
        return;
    }
    let app = TestApp::start_in_the_present().await;
    let (mut stays, mut leaves) = (app.signed_in().await, app.signed_in().await);
    let cookie = leaves.cookie.clone();
    succeed(&app, &["backup", "copy.db"]);
    leaves.log_out().await;
    succeed(&app, &["restore", "copy.db", "--overwrite", "--keep-sessions"]);
    assert_eq!(stays.verify().await.status, 200);
    app.client_with(&cookie.unwrap()).verify().await.assert_problem(ErrorCode::SignedOut);
}

#[actix_web::test]
async fn nothing_is_overwritten_without_the_flag() {
    if only_on_sqlite("it is a file") {
        return;
    }
    let app = TestApp::start_in_the_present().await;
    fs::write(copy(&app), "precious").unwrap();
    let refused = run(&app, &["backup", "copy.db"]);
    assert!(
        !refused.status.success() && String::from_utf8_lossy(&refused.stderr).contains("--overwrite"),
        "{refused:?}"
    );
    assert_eq!(fs::read_to_string(copy(&app)).unwrap(), "precious");
    succeed(&app, &["backup", "copy.db", "--overwrite"]);
    let refused = run(&app, &["restore", "copy.db"]);
    assert!(
        !refused.status.success() && String::from_utf8_lossy(&refused.stderr).contains("--overwrite"),
        "{refused:?}"
    );
    assert!(succeed(&app, &["user", "list"]).contains(EMAIL));
}

#[actix_web::test]
async fn a_torn_copy_is_rejected_and_the_server_is_not_disturbed() {
    if only_on_sqlite("it is a file") {
        return;
    }
    let app = TestApp::start_in_the_present().await;
    let mut client = app.signed_in().await;
    succeed(&app, &["backup", "copy.db"]);
    let whole = fs::read(copy(&app)).unwrap();
    fs::write(copy(&app), &whole[..whole.len() / 2]).unwrap();
    let refused = run(&app, &["restore", "copy.db", "--overwrite"]);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && said.contains("the backup cannot be used: "), "{said}");
    assert!(!said.contains("did not answer"), "{said}");
    assert_eq!(client.verify().await.status, 200);
}

#[actix_web::test]
async fn on_postgres_its_own_programs_do_it() {
    if !on_postgres() {
        return;
    }
    let app = TestApp::start_in_the_present().await;
    for (words, program) in [(["backup", "copy.db"], "pg_dump"), (["restore", "copy.db"], "pg_restore")] {
        let refused = run(&app, &words);
        assert!(!refused.status.success() && String::from_utf8_lossy(&refused.stderr).contains(program), "{refused:?}");
    }
    assert!(!copy(&app).exists());
}
