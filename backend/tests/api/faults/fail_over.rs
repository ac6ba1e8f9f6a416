//! A standby that takes the place of a primary: what it knows is so from then on, for every server.

use std::sync::Arc;

use actix_web::rt::task::spawn_blocking;
use latchkey_actix::clock::Monotonic;
use latchkey_shared::ErrorCode;
use latchkey_test_postgres::{Cluster, Standby};

use super::{
    STALENESS,
    fleet::{Fleet, assert_unavailable, said},
    outage::beside,
};
use crate::support::{
    Client,
    database::{Database, on_postgres},
    raw::eventually,
    shell::Shell,
};

/// Two servers on a primary, and a standby that has everything.
async fn servers_and_a_standby(cluster: &Arc<Cluster>) -> (Fleet, Arc<Standby>) {
    let standby = cluster.standby().await;
    let database = Database::in_cluster(cluster).await;
    let urls = [database.url.clone(), database.url.clone()];
    let fleet = Fleet::start_in(tempfile::tempdir().unwrap(), database, &urls, &[]).await;
    (fleet, Arc::new(standby))
}

/// Until the standby has what was written until now.
async fn until_it_has_everything(fleet: &Fleet) {
    let behind = "SELECT count(*) FROM pg_stat_replication WHERE replay_lsn = pg_current_wal_lsn()";
    let mut shell = fleet.shell().await;
    eventually(async || shell.value::<i64>(behind).await == 1).await;
}

/// Does something to the standby beside the test.
async fn to(standby: &Arc<Standby>, deed: fn(&Standby)) {
    let standby = standby.clone();
    spawn_blocking(move || deed(&standby)).await.unwrap();
}

async fn remembered(fleet: &Fleet, client: &Client<'_>) {
    for server in 0..fleet.servers.len() {
        let mut client = fleet.client_with(server, client.cookie.as_deref());
        assert_eq!(said(async || client.verify().await).await.status, 200);
    }
}

/// Until a server has found the new primary, and what it says of a session then. From memory it said so for no longer than it may.
async fn found(fleet: &Fleet, server: usize, client: &Client<'_>, since: Monotonic) -> u16 {
    loop {
        let sent = Monotonic::now();
        let answer = fleet.client_with(server, client.cookie.as_deref()).verify().await;
        match answer.status {
            503 => assert_unavailable(&answer),
            // What was remembered before is no answer now.
            status if sent.since(since) > STALENESS => return status,
            401 => answer.assert_problem(ErrorCode::SessionMissing),
            status => assert_eq!(status, 200, "{answer:?}"),
        }
    }
}

/// What docs/operations.md says of it.
#[actix_web::test]
async fn a_standby_that_lost_the_last_transactions_brings_them_back_and_no_server_answers_from_before_it() {
    if !on_postgres() {
        return;
    }
    let Some(cluster) = Cluster::own().map(Arc::new) else { return };
    let (mut fleet, standby) = servers_and_a_standby(&cluster).await;
    let (stays, mut leaves) = (fleet.signed_in(0).await, fleet.signed_in(0).await);
    let left = leaves.clone();
    until_it_has_everything(&fleet).await;
    to(&standby, Standby::stop).await;
    assert_eq!(leaves.log_out().await.status, 204);
    let late = fleet.signed_in(1).await;
    for client in [&stays, &late] {
        remembered(&fleet, client).await;
    }

    beside(&cluster, |cluster| cluster.stop()).await;
    to(&standby, Standby::take_over).await;
    let since = Monotonic::now();
    for server in 0..2 {
        assert_eq!(found(&fleet, server, &stays, since).await, 200, "nobody else is signed out");
        assert_eq!(found(&fleet, server, &late, since).await, 401, "it is not known");
        assert_eq!(found(&fleet, server, &left, since).await, 200, "its end is not known");
    }
    // From here on everything is as always.
    let mut again = left.clone();
    assert_eq!(again.log_out().await.status, 204);
    for server in 0..2 {
        fleet.client_with(server, left.cookie.as_deref()).until_ended().await.assert_problem(ErrorCode::SignedOut);
    }
    fleet.assert_unharmed();
    fleet.assert_whole().await;
}

/// How to prevent it.
#[actix_web::test]
async fn what_was_answered_with_a_synchronous_standby_is_so_after_it_took_over() {
    if !on_postgres() {
        return;
    }
    let Some(cluster) = Cluster::own().map(Arc::new) else { return };
    let (mut fleet, standby) = servers_and_a_standby(&cluster).await;
    let mut operator: Shell = fleet.shell().await;
    operator.run("ALTER SYSTEM SET synchronous_standby_names = '*'").await;
    operator.run("SELECT pg_reload_conf()").await;
    let is_so = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'";
    eventually(async || operator.value::<i64>(is_so).await == 1).await;
    drop(operator);

    // Without any standby nothing is promised, and so nothing that is written is answered but with 503.
    let (stays, mut waits) = (fleet.signed_in(1).await, fleet.signed_in(0).await);
    to(&standby, Standby::stop).await;
    assert_unavailable(&waits.log_out().await);
    assert_unavailable(&fleet.client_with(0, None).log_in().await);
    remembered(&fleet, &stays).await;
    let wait = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
    assert!(fleet.shell().await.value::<i64>(wait).await > 0, "their connections wait on");
    to(&standby, Standby::start).await;
    eventually(async || waits.log_out().await.status == 204).await;

    let mut leaves = fleet.signed_in(0).await;
    let left = leaves.clone();
    remembered(&fleet, &left).await;
    assert_eq!(leaves.log_out().await.status, 204);
    let late = fleet.signed_in(1).await;
    beside(&cluster, |cluster| cluster.stop()).await;
    to(&standby, Standby::stop).await;
    to(&standby, Standby::take_over).await;
    let since = Monotonic::now();
    for server in 0..2 {
        assert_eq!(found(&fleet, server, &stays, since).await, 200);
        assert_eq!(found(&fleet, server, &late, since).await, 200);
        let answer = said(async || fleet.client_with(server, left.cookie.as_deref()).verify().await).await;
        answer.assert_problem(ErrorCode::SignedOut);
    }
    fleet.assert_unharmed();
}
