//! Idle limits and sliding deadlines; the fixed lifetime is in `verify_session`.

use std::time::Duration;

use latchkey_shared::{ErrorCode, SignedIn, Verified, api};
use reqwest::Method;
use serde_json::json;

use crate::support::{Client, TestApp, client::navigation};

const MINUTE: Duration = Duration::from_secs(60);
const IDLE: &[&str] = &["--idle-timeout", "10m"];
const SLIDING: &[&str] = &["--session-lifetime", "1h", "--session-refresh", "sliding", "--session-max-lifetime", "90m"];

async fn verified(client: &mut Client<'_>) -> Verified {
    client.verify().await.json()
}

#[actix_web::test]
async fn an_idle_session_ends_despite_checks() {
    let app = TestApp::start_with(IDLE).await;
    let mut client = app.signed_in().await;
    for minute in 1..10 {
        app.advance(MINUTE);
        assert_eq!(verified(&mut client).await.session.idle_expires_in_s, Some((10 - minute) * 60));
        assert_eq!(client.get(api::ME).await.status, 200, "nor does a poll");
    }
    app.advance(MINUTE);
    let answer = client.verify().await;
    answer.assert_problem(ErrorCode::SessionIdle);
    answer.assert_removes_cookie();
}

#[actix_web::test]
async fn every_answer_has_the_idle_limit_and_the_time_left() {
    let app = TestApp::start_with(IDLE).await;
    let mut client = app.client();
    let at_log_in: SignedIn = client.log_in().await.json();
    app.advance(4 * MINUTE);
    let later = verified(&mut client).await.session;
    assert_eq!((at_log_in.session.idle_expires_in_s, at_log_in.session.idle_timeout_s), (Some(600), Some(600)));
    assert_eq!((later.idle_expires_in_s, later.idle_timeout_s), (Some(360), Some(600)));
    let without = TestApp::start().await;
    assert_eq!(verified(&mut without.signed_in().await).await.session.idle_timeout_s, None);
}

#[actix_web::test]
async fn activity_keeps_a_session() {
    let app = TestApp::start_with(IDLE).await;
    let mut client = app.signed_in().await;
    for round in 0..3 {
        app.advance(9 * MINUTE);
        let status = match round {
            0 => client.call(Method::PATCH, api::ME, json!({"name": "Ada L."})).await.status,
            1 => client.open("/dashboard").await.status,
            _ => client.send(client.request(Method::GET, api::ME).header(api::ACTIVITY_HEADER, "1")).await.status,
        };
        assert_eq!((status, verified(&mut client).await.session.idle_expires_in_s), (200, Some(600)), "round {round}");
    }
}

#[actix_web::test]
async fn activity_counts_from_when_it_happened_and_never_moves_back() {
    let app = TestApp::start_with(IDLE).await;
    let mut client = app.signed_in().await;
    app.advance(5 * MINUTE);
    for (age, left_s) in [("240000", 360), ("60000", 540), ("200000", 540), ("999999999999999999", 540), ("-5", 600)] {
        let report = client.request(Method::GET, api::VERIFY_SESSION).header(api::ACTIVITY_HEADER, age);
        assert_eq!(client.send(report).await.status, 200);
        assert_eq!(verified(&mut client).await.session.idle_expires_in_s, Some(left_s), "{age}");
    }
}

#[actix_web::test]
async fn prefetches_and_other_background_requests_are_not_activity() {
    let app = TestApp::start_with(IDLE).await;
    let mut client = app.signed_in().await;
    app.advance(9 * MINUTE);
    let get = |path| client.request(Method::GET, path);
    let requests = [
        ("a program", get("/dashboard")),
        ("HEAD", client.request(Method::HEAD, "/dashboard").headers(navigation())),
        ("a prefetch", get("/dashboard").headers(navigation()).header("Sec-Purpose", "prefetch")),
        ("a prerender", get("/dashboard").headers(navigation()).header("Sec-Purpose", "prefetch;prerender")),
        (
            "a sibling's image",
            get("/dashboard").header("Sec-Fetch-Dest", "image").header("Sec-Fetch-Site", "same-site"),
        ),
        ("a sibling's link", get("/").header("Sec-Fetch-Dest", "document").header("Sec-Fetch-Site", "same-site")),
        ("another site's link", get("/").header("Sec-Fetch-Dest", "document").header("Sec-Fetch-Site", "cross-site")),
        ("a frame", get("/").header("Sec-Fetch-Dest", "iframe").header("Sec-Fetch-Site", "same-origin")),
        ("HEAD of a call", client.request(Method::HEAD, api::ME).header(api::ACTIVITY_HEADER, "1")),
        ("a call ahead of time", get(api::ME).header(api::ACTIVITY_HEADER, "1").header("Sec-Purpose", "prefetch")),
    ];
    for (what, request) in requests {
        assert_eq!(client.clone().send(request).await.status, 200, "{what}");
        assert_eq!(verified(&mut client).await.session.idle_expires_in_s, Some(60), "{what}");
    }
}

#[actix_web::test]
async fn a_fixed_deadline_cannot_be_moved() {
    let app = TestApp::start().await;
    let mut client = app.signed_in().await;
    let answer = client.send(client.request(Method::POST, api::REFRESH_SESSION)).await;
    answer.assert_problem(ErrorCode::RefreshDisabled);
    assert_eq!((answer.set_cookie(), verified(&mut client).await.session.refreshable), (None, false));
}

#[actix_web::test]
async fn a_sliding_deadline_moves_up_to_its_cap() {
    let app = TestApp::start_with(SLIDING).await;
    let mut client = app.signed_in().await;
    let id = verified(&mut client).await.session.id;
    let mut seen = Vec::new();
    for _ in 0..3 {
        app.advance(20 * MINUTE);
        let answer = client.send(client.request(Method::POST, api::REFRESH_SESSION)).await;
        assert!(answer.set_cookie().unwrap().contains("Max-Age=90000"), "an hour and a day from now");
        let SignedIn { session, .. } = answer.json();
        seen.push((session.expires_in_s / 60, session.refreshable));
        assert_eq!((&session.id, verified(&mut client).await.session.expires_in_s), (&id, session.expires_in_s));
    }
    assert_eq!(seen, [(60, false), (50, false), (30, false)]);
    app.advance(30 * MINUTE);
    client.verify().await.assert_problem(ErrorCode::SessionExpired);
}

#[actix_web::test]
async fn a_session_says_whether_refreshing_would_move_its_deadline() {
    let app = TestApp::start_with(SLIDING).await;
    let mut client = app.client();
    let signed_in: SignedIn = client.log_in().await.json();
    assert!(signed_in.session.refreshable, "from the next instant on");
    assert!(!verified(&mut client).await.session.refreshable, "it would end at the same instant");
    app.advance(MINUTE);
    assert!(verified(&mut client).await.session.refreshable);
    app.advance(49 * MINUTE);
    client.send(client.request(Method::POST, api::REFRESH_SESSION)).await;
    assert!(!verified(&mut client).await.session.refreshable, "the cap is reached");
}

#[actix_web::test]
async fn an_ended_session_cannot_be_refreshed() {
    let app = TestApp::start_with(SLIDING).await;
    let mut client = app.signed_in().await;
    app.advance(60 * MINUTE);
    let answer = client.send(client.request(Method::POST, api::REFRESH_SESSION)).await;
    answer.assert_problem(ErrorCode::SessionExpired);
}

#[actix_web::test]
async fn refreshing_is_activity() {
    let flags: Vec<_> = SLIDING.iter().chain(&["--idle-timeout", "10m"]).copied().collect();
    let app = TestApp::start_with(&flags).await;
    let mut client = app.signed_in().await;
    app.advance(9 * MINUTE);
    let SignedIn { session, .. } = client.send(client.request(Method::POST, api::REFRESH_SESSION)).await.json();
    assert_eq!((session.idle_expires_in_s, session.expires_in_s), (Some(600), 3600));
}
