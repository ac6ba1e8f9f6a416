//! Several servers on one database: what one of them does, the others know.

use std::time::Duration;

use futures_util::future::join_all;
use latchkey_actix::{Token, Verdict, clock::Monotonic};
use latchkey_shared::{EndReason, ErrorCode, api};
use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, EMAIL, PASSWORD, TestApp, store::Follow};

/// How old an answer from memory may be by default, and as much again for a loaded machine.
const STALENESS: Duration = Duration::from_secs(2);

/// Two servers, and a client of the first that both remember.
async fn two_servers() -> (TestApp, TestApp, String) {
    let here = TestApp::start().await;
    let there = TestApp::start_beside(&here).await;
    let cookie = here.signed_in().await.cookie.unwrap();
    until_remembered(&there, &cookie).await;
    (here, there, cookie)
}

/// Until a server answers for a session without asking its store.
async fn until_remembered(app: &TestApp, cookie: &str) {
    let remembered = async {
        loop {
            assert_eq!(app.client_with(cookie).verify().await.status, 200);
            let reads = app.store.reads();
            assert_eq!(app.client_with(cookie).verify().await.status, 200);
            if app.store.reads() == reads {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(10), remembered).await.unwrap();
}

/// How long a session passes on a server, and the answer that ended that.
async fn passes(app: &TestApp, cookie: &str) -> (Duration, Answer) {
    let begin = Monotonic::now();
    let answer = app.client_with(cookie).until_ended().await;
    (Monotonic::now().since(begin), answer)
}

#[actix_web::test]
async fn a_session_that_ends_on_one_server_is_refused_on_another_typically_within_50_ms() {
    let (here, there, cookie) = two_servers().await;
    let mut times = Vec::new();
    for _ in 0..9 {
        let cookie = here.signed_in().await.cookie.unwrap();
        until_remembered(&there, &cookie).await;
        assert_eq!(here.client_with(&cookie).log_out().await.status, 204);
        let (passed, answer) = passes(&there, &cookie).await;
        answer.assert_problem(ErrorCode::SignedOut);
        answer.assert_removes_cookie();
        times.push(passed);
    }
    times.sort();
    // The poll's interval, the poll and the check itself on a machine that does other things too.
    assert!(times[4] < Duration::from_millis(120), "{times:?}");
    assert_eq!(there.client_with(&cookie).verify().await.status, 200, "nobody else's");
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
            let (passed, answer) = passes(app, &cookie).await;
            answer.assert_problem(ErrorCode::SignedOut);
            assert!(passed < STALENESS, "{passed:?}");
        }
    }
}

#[actix_web::test]
async fn a_log_in_on_one_server_does_not_survive_another_password_from_the_other() {
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
                passes(&there, cookie).await.1.assert_problem(ErrorCode::PasswordChanged);
            }
        }
        assert_eq!(changes.verify().await.status, 200);
        old = new;
    }
}

#[actix_web::test]
async fn failed_log_ins_count_on_every_server() {
    let (here, there, _) = two_servers().await;
    let mut refused = 0;
    for round in 0..40 {
        let app = if round % 2 == 0 { &here } else { &there };
        let answer = app.client().log_in_as("nobody@example.org", "wrong").await;
        refused += usize::from(answer.status == 429);
    }
    let alone = TestApp::start().await;
    let mut refused_alone = 0;
    for _ in 0..40 {
        refused_alone += usize::from(alone.client().log_in_as("nobody@example.org", "wrong").await.status == 429);
    }
    assert_eq!(refused, refused_alone, "two servers are no way around the limit");
}

#[actix_web::test]
async fn event_streams_of_every_server_hear_of_ends_and_changes_on_any() {
    let (here, there, cookie) = two_servers().await;
    let mut stream = there.client_with(&cookie).request(Method::GET, api::SESSION_EVENTS).send().await.unwrap();
    let mut heard = String::new();
    let mut until = async |words: &str| {
        while !heard.contains(words) {
            let chunk = tokio::time::timeout(Duration::from_secs(10), stream.chunk()).await.unwrap().unwrap();
            heard += str::from_utf8(&chunk.unwrap()).unwrap();
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
async fn a_server_that_cannot_follow_refuses_what_ended_within_the_staleness_and_asks_the_store() {
    let (here, there, cookie) = two_servers().await;
    let other = here.signed_in().await.cookie.unwrap();
    for how in [Follow::Fails, Follow::Hangs] {
        let ends = here.signed_in().await.cookie.unwrap();
        until_remembered(&there, &ends).await;
        there.store.follow(how);
        let ended_at = Monotonic::now();
        assert_eq!(here.client_with(&ends).log_out().await.status, 204);
        let (_, answer) = passes(&there, &ends).await;
        answer.assert_problem(ErrorCode::SignedOut);
        let passed = Monotonic::now().since(ended_at);
        assert!(passed < STALENESS, "{how:?}: {passed:?}");
        assert_eq!(there.client_with(&other).verify().await.status, 200, "{how:?}: others are asked for");
        there.store.follow(Follow::Works);
        until_remembered(&there, &cookie).await;
    }
}

#[actix_web::test]
async fn a_thousand_checks_of_one_token_at_once_are_one_query_whatever_comes_of_it() {
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

/// How many reads a thousand checks at once cost, which all come to the same.
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

/// What only a server on another machine can do.
#[cfg(feature = "postgres")]
mod on_postgres {
    use latchkey_test_postgres::{Cluster, Gate};

    use super::*;
    use crate::support::database::{Database, on_postgres};

    #[actix_web::test]
    async fn a_server_whose_network_is_dead_lets_nobody_in_who_was_signed_out_and_keeps_the_cookie() {
        if !on_postgres() {
            return;
        }
        let here = TestApp::start().await;
        let gate = Gate::before(&here.database.url).await;
        let there = TestApp::start_beside_through(&here, &gate.url).await;
        let (stays, leaves) = (here.signed_in().await.cookie.unwrap(), here.signed_in().await.cookie.unwrap());
        for dead in [Gate::swallow, Gate::cut] {
            until_remembered(&there, &stays).await;
            dead(&gate);
            assert!(last_passes(&there, &stays).await < STALENESS);
            let answer = there.client_with(&stays).verify().await;
            answer.assert_problem(ErrorCode::Unavailable);
            assert_eq!(answer.set_cookie(), None);
            gate.open();
            until_it_passes(&there, &stays).await;
        }
        until_remembered(&there, &leaves).await;
        gate.swallow();
        assert_eq!(here.client_with(&leaves).log_out().await.status, 204);
        assert!(last_passes(&there, &leaves).await < STALENESS);
        gate.open();
        until_it_passes(&there, &stays).await;
        let told = async { while there.client_with(&leaves).verify().await.status != 401 {} };
        tokio::time::timeout(Duration::from_secs(10), told).await.unwrap();
    }

    async fn until_it_passes(app: &TestApp, cookie: &str) {
        let passes = async { while app.client_with(cookie).verify().await.status != 200 {} };
        tokio::time::timeout(Duration::from_secs(10), passes).await.unwrap();
    }

    /// After how long a session passes for the last time. The first answer that it does not may take longer.
    async fn last_passes(app: &TestApp, cookie: &str) -> Duration {
        let (begin, mut last) = (Monotonic::now(), Duration::ZERO);
        while app.client_with(cookie).verify().await.status == 200 {
            last = Monotonic::now().since(begin);
        }
        last
    }

    #[actix_web::test]
    async fn a_restart_of_the_database_ends_nobodys_session_and_no_server_has_to_be_started_again() {
        if !on_postgres() {
            return;
        }
        let cluster = Cluster::start();
        let here = TestApp::start_in(Database::in_cluster(&cluster).await).await;
        let there = TestApp::start_beside(&here).await;
        let (mut stays, leaves) = (here.signed_in().await, here.signed_in().await);
        let cookies = [stays.cookie.clone().unwrap(), leaves.cookie.clone().unwrap()];
        for cookie in &cookies {
            until_remembered(&there, cookie).await;
        }
        assert_eq!(here.client_with(&cookies[1]).log_out().await.status, 204);
        // Between two polls, with luck: the change is in a table that does not survive it.
        cluster.restart();
        let (passed, answer) = passes(&there, &cookies[1]).await;
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
