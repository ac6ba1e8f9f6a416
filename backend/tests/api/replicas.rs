//! Several servers on one database.

use std::time::Duration;

use futures_util::future::join_all;
use latchkey_actix::{Token, Verdict, clock::Monotonic};
use latchkey_shared::{EndReason, ErrorCode, api};
use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, EMAIL, PASSWORD, TestApp, store::Follow};

/// Twice the default of `LATCHKEY_CACHE_STALENESS`, to allow for a loaded machine.
const STALENESS: Duration = Duration::from_secs(2);

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
            assert_eq!(app.client_with(cookie).verify().await.status, 200);
            let reads = app.store.reads();
            assert_eq!(app.client_with(cookie).verify().await.status, 200);
            if app.store.reads() == reads {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(10), cached).await.unwrap();
}

/// How long a session is still accepted on a server, and the first answer that rejects it.
async fn until_rejected(app: &TestApp, cookie: &str) -> (Duration, Answer) {
    let begin = Monotonic::now();
    let answer = app.client_with(cookie).until_ended().await;
    (Monotonic::now().since(begin), answer)
}

#[actix_web::test]
async fn a_session_that_ends_on_one_server_is_rejected_on_another_typically_within_50_ms() {
    let (here, there, cookie) = two_servers().await;
    let mut times = Vec::new();
    for _ in 0..9 {
        let cookie = here.signed_in().await.cookie.unwrap();
        until_cached(&there, &cookie).await;
        assert_eq!(here.client_with(&cookie).log_out().await.status, 204);
        let (passed, answer) = until_rejected(&there, &cookie).await;
        answer.assert_problem(ErrorCode::SignedOut);
        answer.assert_removes_cookie();
        times.push(passed);
    }
    times.sort();
    // The interval of polls, and time for the poll and the check on a loaded machine.
    assert!(times[4] < Duration::from_millis(120), "{times:?}");
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
            let chunk = tokio::time::timeout(Duration::from_secs(10), stream.chunk()).await.unwrap().unwrap();
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
        let ended_at = Monotonic::now();
        assert_eq!(here.client_with(&ends).log_out().await.status, 204);
        let (_, answer) = until_rejected(&there, &ends).await;
        answer.assert_problem(ErrorCode::SignedOut);
        let passed = Monotonic::now().since(ended_at);
        assert!(passed < STALENESS, "{how:?}: {passed:?}");
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

/// Failures of the network and of the database server.
#[cfg(feature = "postgres")]
mod on_postgres {
    use latchkey_test_postgres::{Cluster, Gate};

    use super::*;
    use crate::support::database::{Database, on_postgres};

    #[actix_web::test]
    async fn a_server_with_a_dead_network_rejects_ended_sessions_and_keeps_cookies() {
        if !on_postgres() {
            return;
        }
        let here = TestApp::start().await;
        let gate = Gate::before(&here.database.url).await;
        let there = TestApp::start_beside_through(&here, &gate.url).await;
        let (stays, leaves) = (here.signed_in().await.cookie.unwrap(), here.signed_in().await.cookie.unwrap());
        for dead in [Gate::swallow, Gate::cut] {
            until_cached(&there, &stays).await;
            dead(&gate);
            assert!(last_passes(&there, &stays).await < STALENESS);
            let answer = there.client_with(&stays).verify().await;
            answer.assert_problem(ErrorCode::Unavailable);
            assert_eq!(answer.set_cookie(), None);
            gate.open();
            until_it_passes(&there, &stays).await;
        }
        until_cached(&there, &leaves).await;
        gate.swallow();
        assert_eq!(here.client_with(&leaves).log_out().await.status, 204);
        assert!(last_passes(&there, &leaves).await < STALENESS);
        gate.open();
        until_it_passes(&there, &stays).await;
        let rejected = async { while there.client_with(&leaves).verify().await.status != 401 {} };
        tokio::time::timeout(Duration::from_secs(10), rejected).await.unwrap();
    }

    async fn until_it_passes(app: &TestApp, cookie: &str) {
        let passes = async { while app.client_with(cookie).verify().await.status != 200 {} };
        tokio::time::timeout(Duration::from_secs(10), passes).await.unwrap();
    }

    /// How long a session is accepted. The first answer that rejects it may take longer.
    async fn last_passes(app: &TestApp, cookie: &str) -> Duration {
        let (begin, mut last) = (Monotonic::now(), Duration::ZERO);
        while app.client_with(cookie).verify().await.status == 200 {
            last = Monotonic::now().since(begin);
        }
        last
    }

    #[actix_web::test]
    async fn after_a_restart_of_the_database_sessions_are_as_before_and_servers_recover() {
        if !on_postgres() {
            return;
        }
        let cluster = Cluster::start();
        let here = TestApp::start_in(Database::in_cluster(&cluster).await).await;
        let there = TestApp::start_beside(&here).await;
        let (mut stays, leaves) = (here.signed_in().await, here.signed_in().await);
        let cookies = [stays.cookie.clone().unwrap(), leaves.cookie.clone().unwrap()];
        for cookie in &cookies {
            until_cached(&there, cookie).await;
        }
        assert_eq!(here.client_with(&cookies[1]).log_out().await.status, 204);
        // Probably between two polls: the change is in a table that does not survive the restart.
        cluster.restart();
        let (passed, answer) = until_rejected(&there, &cookies[1]).await;
        assert!([401, 503].contains(&answer.status) && passed < STALENESS, "{passed:?} {answer:?}");
        let back = Monotonic::now();
        for app in [&here, &there] {
            while app.client_with(&cookies[0]).verify().await.status != 200 {}
            app.client_with(&cookies[1]).verify().await.assert_problem(ErrorCode::SignedOut);
        }
        assert!(Monotonic::now().since(back) < STALENESS);
        assert_eq!(stays.log_out().await.status, 204);

        cluster.stop();
        let mut down = here.client();
        down.log_in().await.assert_problem(ErrorCode::Unavailable);
        here.client_with(&cookies[0]).verify().await.assert_problem(ErrorCode::Unavailable);
        cluster.start_again();
        let back = Monotonic::now();
        while down.log_in().await.status != 200 {}
        assert!(Monotonic::now().since(back) < STALENESS);
    }
}
