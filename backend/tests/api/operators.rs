//! The operator's commands on the database of a running server, where each takes effect at once.

use latchkey_shared::{ErrorCode, Verified};

use crate::{
    command_line::{latchkey, on_database, succeed},
    support::{EMAIL, PASSWORD, TestApp},
};

/// Runs an operator's command on the app's database, and returns its output.
#[track_caller]
fn operate(app: &TestApp, words: &[&str], input: &str) -> String {
    succeed(&app.folder, &on_database(app, words), input)
}

#[actix_web::test]
async fn a_disabled_user_is_signed_out_and_cannot_sign_in_until_enabled() {
    let app = TestApp::start_in_the_present().await;
    let mut client = app.signed_in().await;
    assert_eq!(client.verify().await.status, 200);
    assert_eq!(operate(&app, &["user", "disable", EMAIL], ""), format!("disabled {EMAIL}; ended 1 session\n"));
    client.until_ended().await.assert_problem(ErrorCode::AccountDisabled);
    app.client().log_in().await.assert_problem(ErrorCode::AccountDisabled);
    app.client().log_in_as(EMAIL, "wrong").await.assert_problem(ErrorCode::BadCredentials);
    assert!(operate(&app, &["user", "list"], "").contains(&format!("{EMAIL}\tAda\tdisabled")));
    operate(&app, &["user", "enable", EMAIL], "");
    assert_eq!(app.client().log_in().await.status, 200);
}

#[actix_web::test]
async fn setting_a_password_ends_the_sessions() {
    let app = TestApp::start_in_the_present().await;
    let client = app.signed_in().await;
    operate(&app, &["user", "set-password", EMAIL, "--password-stdin"], "a better horse\n");
    client.until_ended().await.assert_problem(ErrorCode::PasswordChanged);
    assert_eq!(app.client().log_in_as(EMAIL, "a better horse").await.status, 200);
}

#[actix_web::test]
async fn signing_a_user_out_ends_all_sessions() {
    let app = TestApp::start_in_the_present().await;
    let client = app.signed_in().await;
    operate(&app, &["user", "sign-out", EMAIL], "");
    client.until_ended().await.assert_problem(ErrorCode::SessionRevoked);
}

#[actix_web::test]
async fn a_deleted_user_is_signed_out_and_unknown() {
    let app = TestApp::start_in_the_present().await;
    let mut client = app.signed_in().await;
    assert_eq!(client.verify().await.status, 200);
    assert_eq!(operate(&app, &["user", "delete", EMAIL], ""), format!("deleted {EMAIL}; ended 1 session\n"));
    client.until_ended().await.assert_problem(ErrorCode::SessionMissing);
    app.client().log_in().await.assert_problem(ErrorCode::BadCredentials);
    assert_eq!(operate(&app, &["user", "list"], ""), "");
    assert!(operate(&app, &["audit"], "").contains(&format!("delete-user\tok\toperator\t{EMAIL}")));
}

#[actix_web::test]
async fn one_session_is_listed_and_ended() {
    let app = TestApp::start_in_the_present().await;
    let (mut one, mut other) = (app.signed_in().await, app.signed_in().await);
    let id = one.verify().await.json::<Verified>().session.id.0;
    assert_eq!(operate(&app, &["sessions", "list", EMAIL], "").lines().count(), 2);
    operate(&app, &["sessions", "end", &id], "");
    one.until_ended().await.assert_problem(ErrorCode::SessionRevoked);
    assert_eq!(other.verify().await.status, 200);
    assert!(!operate(&app, &["sessions", "list"], "").contains(&id));
}

#[actix_web::test]
async fn operators_actions_are_in_the_audit_trail() {
    let app = TestApp::start_in_the_present().await;
    app.signed_in().await;
    operate(&app, &["user", "sign-out", EMAIL], "");
    let trail = operate(&app, &["audit", "--since", "1h"], "");
    assert!(trail.contains(&format!("log-in\tok\t{EMAIL}\t-\t")), "{trail}");
    assert!(trail.contains(&format!("sign-out-user\tok\toperator\t{EMAIL}\t-\t-")), "{trail}");
}

#[actix_web::test]
async fn an_unknown_user_or_session_is_an_error() {
    let app = TestApp::start_in_the_present().await;
    for words in [["user", "disable", "nobody@example.org"], ["user", "sign-out", "x"], ["sessions", "end", "nothing"]]
    {
        let output = latchkey(&app.folder, &on_database(&app, &words), "");
        assert_eq!(output.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&output.stderr).contains("there is no"), "{output:?}");
    }
}

#[actix_web::test]
async fn a_supervisor_can_check_whether_the_server_is_ready() {
    let app = TestApp::start().await;
    let address = app.url.strip_prefix("http://").unwrap().to_owned();
    let check = |address: String| {
        let folder = tempfile::tempdir().unwrap();
        tokio::task::spawn_blocking(move || latchkey(&folder, &["healthcheck", "--listen", &address], "").status.code())
    };
    assert_eq!(check(address.clone()).await.unwrap(), Some(0));
    let port = address.rsplit_once(':').unwrap().1;
    for host in ["0.0.0.0", "[::]", "localhost", "[::ffff:127.0.0.1]"] {
        assert_eq!(check(format!("{host}:{port}")).await.unwrap(), Some(0), "{host}");
    }
    app.store.switch_off();
    assert_eq!(check(address).await.unwrap(), Some(1));
    assert_eq!(check("127.0.0.1:1".into()).await.unwrap(), Some(1));
}

#[actix_web::test]
async fn setting_a_password_or_enabling_an_account_clears_failed_log_ins() {
    let app = TestApp::start_in_the_present().await;
    let fail_often = async |email: &str| {
        while app.client().log_in_as(email, "wrong").await.status == 401 {}
        assert_eq!(app.client().log_in_as(email, PASSWORD).await.status, 429);
    };
    fail_often(EMAIL).await;
    operate(&app, &["user", "enable", EMAIL], "");
    assert_eq!(app.client().log_in().await.status, 200);
    fail_often(EMAIL).await;
    operate(&app, &["user", "set-password", EMAIL, "--password-stdin"], "another fine password\n");
    assert_eq!(app.client().log_in_as(EMAIL, "another fine password").await.status, 200);
    fail_often("new@example.org").await;
    operate(&app, &["user", "add", "NEW@example.org", "--password-stdin"], &format!("{PASSWORD}\n"));
    assert_eq!(app.client().log_in_as("new@example.org", PASSWORD).await.status, 200);
}

#[actix_web::test]
async fn an_account_is_found_under_any_spelling_and_added_once() {
    let app = TestApp::start_in_the_present().await;
    let add = ["user", "add", "ada@bücher.example", "--password-stdin"];
    assert!(operate(&app, &add, "a password of hers\n").starts_with("added ada@bücher.example to "));
    for again in ["ada@xn--bcher-kva.example", "ada@bu\u{308}cher.example"] {
        let words = ["user", "add", again, "--password-stdin"];
        assert_eq!(latchkey(&app.folder, &on_database(&app, &words), "x\n").status.code(), Some(1), "{again}");
    }
    let words = ["user", "add", "a\u{200b}da@example.com", "--password-stdin"];
    let refused = latchkey(&app.folder, &on_database(&app, &words), "x\n");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("invisible"), "{refused:?}");
    let said = operate(&app, &["user", "sign-out", "ADA@xn--bcher-kva.example"], "");
    assert_eq!(said, "signed ada@bücher.example out; ended 0 sessions\n");
}
