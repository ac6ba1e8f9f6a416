//! Failures of the network and of the database server, on PostgreSQL.

use latchkey_test_postgres::{Cluster, Gate};

use super::*;
use crate::support::database::{Database, on_postgres};

/// How long after the database's return servers work again.
const RECOVERY: Duration = Duration::from_secs(2);

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
        assert!(until_rejected(&there, &stays).await.0 < STALENESS);
        let answer = there.client_with(&stays).verify().await;
        answer.assert_problem(ErrorCode::Unavailable);
        assert_eq!(answer.set_cookie(), None);
        gate.open();
        until_accepted(&there, &stays).await;
    }
    until_cached(&there, &leaves).await;
    gate.swallow();
    assert_eq!(here.client_with(&leaves).log_out().await.status, 204);
    assert!(until_rejected(&there, &leaves).await.0 < STALENESS);
    gate.open();
    until_accepted(&there, &stays).await;
    until_answered(&there, &leaves).await.assert_problem(ErrorCode::SignedOut);
}

/// Checks a session until it is accepted, and returns when the accepted check was sent.
async fn until_accepted(app: &TestApp, cookie: &str) -> Duration {
    let begin = Monotonic::now();
    let checks = async {
        loop {
            let sent = Monotonic::now().since(begin);
            if app.client_with(cookie).verify().await.status == 200 {
                return sent;
            }
        }
    };
    tokio::time::timeout(PATIENCE, checks).await.unwrap()
}

/// Checks a session until the answer is not 503.
async fn until_answered(app: &TestApp, cookie: &str) -> Answer {
    let checks = async {
        loop {
            let answer = app.client_with(cookie).verify().await;
            if answer.status != 503 {
                return answer;
            }
        }
    };
    tokio::time::timeout(PATIENCE, checks).await.unwrap()
}

#[actix_web::test]
async fn after_a_restart_of_the_database_sessions_are_as_before_and_servers_recover() {
    if !on_postgres() {
        return;
    }
    let Some(cluster) = Cluster::own() else { return };
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
    for app in [&here, &there] {
        assert!(until_accepted(app, &cookies[0]).await < RECOVERY);
        until_answered(app, &cookies[1]).await.assert_problem(ErrorCode::SignedOut);
    }
    assert_eq!(stays.log_out().await.status, 204);

    cluster.stop();
    let mut down = here.client();
    down.log_in().await.assert_problem(ErrorCode::Unavailable);
    here.client_with(&cookies[0]).verify().await.assert_problem(ErrorCode::Unavailable);
    cluster.start_again();
    let back = Monotonic::now();
    let mut sent = Duration::ZERO;
    while down.log_in().await.status != 200 {
        sent = Monotonic::now().since(back);
    }
    assert!(sent < RECOVERY, "{sent:?}");
}
