//! Several servers on one database.

#[cfg(feature = "postgres")]
mod outages;

use std::time::Duration;

use futures_util::future::join_all;
use latchkey_actix::{Token, Verdict, clock::Monotonic};
use latchkey_shared::{EndReason, ErrorCode, api};
use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, EMAIL, PASSWORD, TestApp, store::Follow};

/// Twice the default of `LATCHKEY_CACHE_STALENESS`, to allow for a loaded machine.
const STALENESS: Duration = Duration::from_secs(2);

/// The interval of polls, 50 ms, and time for the poll and for the check on a machine that does other things too.
const TYPICAL: Duration = Duration::from_millis(120);

/// How long tests wait for what must happen at some time.
const PATIENCE: Duration = Duration::from_secs(60);

/// Starts two servers, and returns the cookie of a session that both have cached.
async fn two_servers() -> (TestApp, TestApp, String) {
    let here = TestApp::start().await;
    let there = TestApp::start_beside(&here).await;
    let cookie = here.signed_in().await.cookie.unwrap();
    until_cached(&there, &cookie).await;
    (here, there, cookie)
}

/// Returns once a server answers checks of a session from its cache.
async fn until_cached(app: &TestApp, cookie: &str) {
    let cached = async {
        loop {
            let reads = app.store.reads();
            let status = app.client_with(cookie).verify().await.status;
            assert_ne!(status, 401);
            if status == 200 && app.store.reads() == reads {
                return;
            }
        }
    };
    tokio::time::timeout(PATIENCE, cached).await.unwrap();
}

/// Checks a session until it is rejected. Returns when the last accepted check was sent, and the answer that rejects the session. The times
/// of answers say less: on a loaded machine, they are received late.
async fn until_rejected(app: &TestApp, cookie: &str) -> (Duration, Answer) {
    let (begin, mut last_accepted) = (Monotonic::now(), Duration::ZERO);
    let checks = async {
        loop {
            let sent = Monotonic::now().since(begin);
            let answer = app.client_with(cookie).verify().await;
            if answer.status != 200 {
                return (last_accepted, answer);
            }
            last_accepted = sent;
        }
    };
    tokio::time::timeout(PATIENCE, checks).await.unwrap()
}

#[actix_web::test]
async fn a_session_that_ends_on_one_server_is_rejected_on_another_typically_within_50_ms() {
    let (here, there, cookie) = two_servers().await;
    let mut medians = Vec::new();
    // Repeated, because the machine may be too loaded for a moment.
    while medians.len() < 5 && medians.iter().all(|median| *median > TYPICAL) {
        let mut times = Vec::new();
        for _ in 0..9 {
            let cookie = here.signed_in().await.cookie.unwrap();
            until_cached(&there, &cookie).await;
            assert_eq!(here.client_with(&cookie).log_out().await.status, 204);
            let (accepted, answer) = until_rejected(&there, &cookie).await;
            answer.assert_problem(ErrorCode::SignedOut);
            answer.assert_removes_cookie();
            assert!(accepted < STALENESS, "{accepted:?}");
            times.push(accepted);
        }
        times.sort();
        medians.push(times[4]);
    }
    assert!(medians.iter().any(|median| *median <= TYPICAL), "{medians:?}");
    assert_eq!(there.client_with(&cookie).verify().await.status, 200, "other sessions are not affected");
}

#[actix_web::test]
async fn a_log_out_wins_against_a_refresh_on_another_server_always() {
    let sliding = ["--session-refresh", "sliding"];
    let here = TestApp::start_with(&sliding).await;
    let there = TestApp::start_beside_with(&here, &sliding).await;
    for round in 0..20 {
        let cookie = here.signed_in().await.cookie.unwrap();
        let (mut leaves, mut stays) = (here.client_with(&cookie), there.client_with(&cookie));
        let refresh = stays.request(Method::POST, api::REFRESH_SESSION);
        let (left, _) = tokio::join!(leaves.log_out(), async {
            tokio::time::sleep(Duration::from_micros(round * 300)).await;
            stays.send(refresh).await
        });
        assert_eq!(left.status, 204);
        for app in [&here, &there] {
            let (passed, answer) = until_rejected(app, &cookie).await;
            answer.assert_problem(ErrorCode::SignedOut);
            assert!(passed < STALENESS, "{passed:?}");
        }
    }
}

#[actix_web::test]
async fn a_log_in_on_one_server_does_not_survive_a_password_change_on_the_other() {
    let (here, there, _) = two_servers().await;
    let mut old = PASSWORD.to_owned();
    for round in 0..6 {
        let new = format!("fine password number {round}");
        let mut changes = here.client();
        assert_eq!(changes.log_in_as(EMAIL, &old).await.status, 200);
        let change = json!({"current_password": old, "new_password": new});
        let mut late = [(); 3].map(|()| there.client());
        let (changed, log_ins) = tokio::join!(
            changes.call(Method::POST, api::PASSWORD, change),
            join_all(late.iter_mut().map(|client| client.log_in_as(EMAIL, &old)))
        );
        assert_eq!(changed.status, 200, "{changed:?}");
        for (client, answer) in late.iter().zip(log_ins) {
            assert!([200, 401].contains(&answer.status), "{answer:?}");
            if let (200, Some(cookie)) = (answer.status, &client.cookie) {
                until_rejected(&there, cookie).await.1.assert_problem(ErrorCode::PasswordChanged);
            }
        }
        assert_eq!(changes.verify().await.status, 200);
        old = new;
    }
}

#[actix_web::test]
async fn failed_log_ins_are_counted_across_servers() {
    let (here, there, _) = two_servers().await;
    let mut rejected = 0;
    for round in 0..40 {
        let app = if round % 2 == 0 { &here } else { &there };
        let answer = app.client().log_in_as("nobody@example.org", "wrong").await;
        rejected += usize::from(answer.status == 429);
    }
    let alone = TestApp::start().await;
    let mut rejected_alone = 0;
    for _ in 0..40 {
        rejected_alone += usize::from(alone.client().log_in_as("nobody@example.org", "wrong").await.status == 429);
    }
    assert_eq!(rejected, rejected_alone, "a second server does not double the limit");
}

#[actix_web::test]
async fn event_streams_report_ends_and_changes_on_other_servers() {
    let (here, there, cookie) = two_servers().await;
    let mut stream = there.client_with(&cookie).request(Method::GET, api::SESSION_EVENTS).send().await.unwrap();
    let mut received = String::new();
    let mut until = async |words: &str| {
        while !received.contains(words) {
            let chunk = tokio::time::timeout(PATIENCE, stream.chunk()).await.unwrap().unwrap();
            received += str::from_utf8(&chunk.unwrap()).unwrap();
        }
    };
    until(": open").await;
    assert_eq!(here.client_with(&cookie).call(Method::PATCH, api::ME, json!({"name": "A"})).await.status, 200);
    until("event: user-changed\ndata: {\"user_version\":2}").await;
    assert_eq!(here.client_with(&cookie).log_out().await.status, 204);
    until("event: ended\ndata: {\"code\":\"signed-out\"}").await;
    assert_eq!(stream.chunk().await.unwrap(), None);
}

#[actix_web::test]
async fn a_server_whose_feed_fails_rejects_ended_sessions_within_the_staleness() {
    let (here, there, cookie) = two_servers().await;
    let other = here.signed_in().await.cookie.unwrap();
    for how in [Follow::Fails, Follow::Hangs] {
        let ends = here.signed_in().await.cookie.unwrap();
        until_cached(&there, &ends).await;
        there.store.follow(how);
        assert_eq!(here.client_with(&ends).log_out().await.status, 204);
        let (accepted, answer) = until_rejected(&there, &ends).await;
        answer.assert_problem(ErrorCode::SignedOut);
        assert!(accepted < STALENESS, "{how:?}: {accepted:?}");
        assert_eq!(there.client_with(&other).verify().await.status, 200, "{how:?}: others are read from the store");
        there.store.follow(Follow::Works);
        until_cached(&there, &cookie).await;
    }
}

#[actix_web::test]
async fn a_thousand_concurrent_checks_of_one_token_make_one_query_whatever_the_outcome() {
    let (here, there, _) = two_servers().await;
    let (cold, ended) = (here.signed_in().await.cookie.unwrap(), here.signed_in().await);
    here.end(&ended, EndReason::SessionRevoked).await;
    let unknown = format!("session={}", Token::random().to_text());
    for (cookie, expected) in [(cold, "active"), (ended.cookie.clone().unwrap(), "ended"), (unknown, "ended")] {
        assert_eq!(reads_of_a_storm(&there, &cookie, expected).await, 1, "{expected}");
    }
    let failing = here.signed_in().await.cookie.unwrap();
    there.store.switch_off();
    assert_eq!(reads_of_a_storm(&there, &failing, "unavailable").await, 1);
}

/// How many reads a thousand concurrent checks make. All of them must have the expected outcome.
async fn reads_of_a_storm(app: &TestApp, cookie: &str, expected: &str) -> usize {
    let token = Token::parse(cookie.strip_prefix("session=").unwrap()).unwrap();
    let reads = app.store.reads();
    let verdicts = join_all((0..1000).map(|_| app.service().verify(Some(&token)))).await;
    for verdict in verdicts {
        let found = match verdict {
            Verdict::Active(_) => "active",
            Verdict::Unavailable(_) => "unavailable",
            _ => "ended",
        };
        assert_eq!(found, expected);
    }
    app.store.reads() - reads
}
