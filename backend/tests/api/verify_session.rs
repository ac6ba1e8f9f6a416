//! `GET /api/verify-session`: the three answers.

use std::time::Duration;

use latchkey_actix::Token;
use latchkey_shared::{EndReason, ErrorCode, SignedIn, Verified, api};
use reqwest::Method;

use crate::support::TestApp;

const LIFETIME: Duration = Duration::from_secs(7 * 24 * 60 * 60);

#[actix_web::test]
async fn the_answer_for_an_active_session_is_small() {
    let app = TestApp::start().await;
    let mut client = app.client();
    let signed_in: SignedIn = client.log_in().await.json();
    app.advance(Duration::from_millis(1500));
    let answer = client.verify().await;
    assert_eq!((answer.status, answer.set_cookie(), answer.header("cache-control")), (200, None, Some("no-store")));
    let Verified { session, user_id, user_version, .. } = answer.json();
    assert_eq!((&session.id, user_id, user_version), (&signed_in.session.id, signed_in.user.id, 1));
    assert_eq!(session.expires_in_s, 604_799, "rounded up");
    let keys = answer.json::<serde_json::Map<String, serde_json::Value>>();
    assert_eq!(keys.keys().collect::<Vec<_>>(), ["session", "user_id", "user_version"]);
}

#[actix_web::test]
async fn a_header_names_the_user_only_while_the_session_is_active() {
    let app = TestApp::start().await;
    let mut client = app.client();
    let signed_in: SignedIn = client.log_in().await.json();
    let answer = client.verify().await;
    assert_eq!(answer.header(api::USER_HEADER), Some(signed_in.user.id.0.as_str()));
    let request = app.client().request(Method::GET, api::VERIFY_SESSION);
    let forged = request.header(api::USER_HEADER, "id-of-somebody");
    assert_eq!(app.client().send(forged).await.header(api::USER_HEADER), None);
}

#[actix_web::test]
async fn without_a_cookie_the_session_is_missing_and_nothing_is_removed() {
    let app = TestApp::start().await;
    let answer = app.client().verify().await;
    answer.assert_problem(ErrorCode::SessionMissing);
    assert_eq!(answer.set_cookie(), None);
}

#[actix_web::test]
async fn a_cookie_that_was_never_issued_is_removed() {
    let app = TestApp::start().await;
    for value in [&"x".repeat(43), &Token::random().to_text()] {
        let answer = app.client_with(&format!("session={value}")).verify().await;
        answer.assert_problem(ErrorCode::SessionMissing);
        answer.assert_removes_cookie();
        assert_eq!(answer.header("www-authenticate"), Some(r#"Session realm="latchkey""#));
    }
}

#[actix_web::test]
async fn a_cookie_of_another_program_is_kept() {
    let app = TestApp::start().await;
    let (ours, other) = (Token::random().to_text(), Token::random().to_text());
    let ambiguous = format!("{ours}; session={other}");
    for value in ["", "garbage", "\u{20ac}", "s%3A9f.x", &"x".repeat(4000), &"x".repeat(42), &ambiguous] {
        let mut client = app.client_with(&format!("session={value}"));
        let answers = [client.verify().await, client.get(api::ME).await, client.log_out().await];
        assert_eq!(answers.map(|answer| answer.set_cookie().map(str::to_owned)), [None, None, None], "{value}");
    }
}

#[actix_web::test]
async fn with_another_name_the_cookie_works_beside_another_programs() {
    let app = TestApp::start_with(&["--cookie-name", "app.sid"]).await;
    let mut client = app.client();
    let answer = client.log_in().await;
    assert!(answer.set_cookie().unwrap().starts_with("app.sid="), "{answer:?}");
    client.cookie = client.cookie.map(|ours| format!("session={}; {ours}", Token::random().to_text()));
    assert_eq!(client.verify().await.status, 200);
}

#[actix_web::test]
async fn two_different_tokens_are_ambiguous() {
    let app = TestApp::start().await;
    let (a, b) = (app.signed_in().await.cookie.unwrap(), app.signed_in().await.cookie.unwrap());
    let mut client = app.client_with(&format!("{a}; {b}"));
    client.verify().await.assert_problem(ErrorCode::SessionMissing);
    let mut client = app.client_with(&format!("session=garbage; {a}; {a}"));
    assert_eq!(client.verify().await.status, 200);
}

#[actix_web::test]
async fn a_call_that_keeps_no_log_in_waiting_may_ask_that_its_401_leaves_the_cookie_alone() {
    let app = TestApp::start().await;
    let mut client = app.client_with(&format!("session={}", "x".repeat(43)));
    let kept = client.send(client.request(Method::GET, api::ME).header(api::KEEP_COOKIE_HEADER, "1")).await;
    assert_eq!((kept.status, kept.set_cookie()), (401, None));
    client.get(api::ME).await.assert_removes_cookie();
}

#[actix_web::test]
async fn the_deadline_is_exact_to_the_millisecond() {
    let app = TestApp::start().await;
    let mut client = app.signed_in().await;
    app.advance(LIFETIME - Duration::from_millis(1));
    assert_eq!(client.verify().await.json::<Verified>().session.expires_in_s, 1);
    app.advance(Duration::from_millis(1));
    let answer = client.verify().await;
    answer.assert_problem(ErrorCode::SessionExpired);
    answer.assert_removes_cookie();
}

#[actix_web::test]
async fn checking_is_not_activity_and_moves_no_deadline() {
    let app = TestApp::start().await;
    let mut client = app.signed_in().await;
    for day in (0..7).rev() {
        app.advance(Duration::from_secs(86_400));
        assert_eq!(client.verify().await.status, if day > 0 { 200 } else { 401 });
    }
}

#[actix_web::test]
async fn with_the_store_down_the_answer_is_503_and_the_cookie_stays() {
    let app = TestApp::start().await;
    let mut client = app.signed_in().await;
    app.store.switch_off();
    let answer = client.verify().await;
    answer.assert_problem(ErrorCode::Unavailable);
    assert_eq!((answer.set_cookie(), answer.header("retry-after")), (None, Some("1")));
    app.store.switch_on();
    assert_eq!(client.verify().await.status, 200);
}

#[actix_web::test]
async fn an_invalid_cookie_costs_no_query() {
    let app = TestApp::start().await;
    app.store.switch_off();
    let mut client = app.client_with("session=garbage");
    client.verify().await.assert_problem(ErrorCode::SessionMissing);
}

#[actix_web::test]
async fn the_answer_has_the_stored_reason() {
    let app = TestApp::start().await;
    let ends = [
        (EndReason::SessionRevoked, ErrorCode::SessionRevoked),
        (EndReason::PasswordChanged, ErrorCode::PasswordChanged),
        (EndReason::AccountDisabled, ErrorCode::AccountDisabled),
        (EndReason::SessionIdle, ErrorCode::SessionIdle),
    ];
    for (reason, code) in ends {
        let mut client = app.signed_in().await;
        app.end(&client, reason).await;
        let answer = client.verify().await;
        answer.assert_problem(code);
        answer.assert_removes_cookie();
    }
}

#[actix_web::test]
async fn a_session_that_another_process_ended_is_not_answered_from_the_cache() {
    let app = TestApp::start().await;
    let mut client = app.signed_in().await;
    while client.verify().await.status != 200 {}
    app.end(&client, EndReason::SessionRevoked).await;
    let forgotten = async { while client.clone().verify().await.status == 200 {} };
    tokio::time::timeout(Duration::from_secs(10), forgotten).await.expect("the change has been applied");
    client.verify().await.assert_problem(ErrorCode::SessionRevoked);
}

#[actix_web::test]
async fn a_request_may_name_its_session() {
    let app = TestApp::start().await;
    let mut client = app.client();
    let signed_in: SignedIn = client.log_in().await.json();
    let named = |id: &str| client.request(Method::GET, api::VERIFY_SESSION).header(api::SESSION_HEADER, id);
    let (right, wrong) = (named(&signed_in.session.id.0), named("another"));
    assert_eq!(client.send(right).await.status, 200);
    let answer = client.send(wrong).await;
    answer.assert_problem(ErrorCode::SessionChanged);
    assert_eq!(answer.set_cookie(), None);
}
