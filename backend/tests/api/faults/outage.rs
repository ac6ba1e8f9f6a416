//! PostgreSQL that is stopped, crashes or stands still under load, and a network that does not get through to it.

use std::{sync::Arc, time::Duration};

use actix_web::rt::task::spawn_blocking;
use latchkey_actix::clock::Monotonic;
use latchkey_shared::api;
use latchkey_test_postgres::{Cluster, Gate};
use reqwest::Method;
use serde_json::json;

use super::{
    BACK,
    fleet::{Fleet, assert_unavailable, said, strange_cookie},
    load::{Load, Outcome},
};
use crate::support::{
    PASSWORD,
    database::{Database, on_postgres},
    raw::eventually,
};

/// Longer than anything may take that was under way when the database went away, a new connection included. Nothing that comes later
/// in an outage is different from then on.
const OUTAGE: Duration = Duration::from_secs(4);

async fn servers_in(cluster: &Arc<Cluster>) -> Fleet {
    let database = Database::in_cluster(cluster).await;
    let urls = [database.url.clone(), database.url.clone()];
    Fleet::start_in(tempfile::tempdir().unwrap(), database, &urls, &[]).await
}

/// Does something to a cluster beside the test.
pub async fn beside<T: Send + 'static>(
    cluster: &Arc<Cluster>,
    deed: impl FnOnce(&Arc<Cluster>) -> T + Send + 'static,
) -> T {
    let cluster = cluster.clone();
    spawn_blocking(move || deed(&cluster)).await.unwrap()
}

/// While the database cannot be reached, every answer is a 503 that signs nobody out. When it can, servers go on by themselves.
pub async fn outlived<T>(
    fleet: &mut Fleet,
    longer_than: Duration,
    strike: impl AsyncFnOnce() -> T,
    mend: impl AsyncFnOnce(T),
) {
    let load = Load::of(fleet).await;
    let stays = fleet.signed_in(0).await;
    load.beside(async {
        load.until_all(Outcome::Done, Monotonic::now()).await;
        let mut leaves = fleet.signed_in(0).await;
        let struck = strike().await;
        let gone = Monotonic::now();
        eventually(async || load.all(Outcome::Unavailable, gone) && Monotonic::now().since(gone) >= longer_than).await;
        for server in 0..fleet.servers.len() {
            everything_is_unavailable(fleet, server, leaves.cookie.as_deref()).await;
        }
        mend(struck).await;
        let back = Monotonic::now();
        let settled = load.settled(back).await;
        assert!(settled < BACK, "{settled:?}");
        assert_eq!(said(async || leaves.log_out().await).await.status, 204);
    })
    .await;
    for server in 0..fleet.servers.len() {
        let mut client = fleet.client_with(server, stays.cookie.as_deref());
        assert_eq!(said(async || client.verify().await).await.status, 200);
    }
    fleet.assert_unharmed();
}

/// Also for who has no session, and for what the load does not do.
async fn everything_is_unavailable(fleet: &Fleet, server: usize, cookie: Option<&str>) {
    let client = || fleet.client_with(server, cookie);
    let password = json!({"current_password": PASSWORD, "new_password": "another fine password"});
    assert_unavailable(&fleet.client_with(server, Some(&strange_cookie())).verify().await);
    assert_unavailable(&fleet.client(server).log_in_as("nobody@example.org", "wrong").await);
    assert_unavailable(&client().log_out().await);
    assert_unavailable(&client().get(api::SESSIONS).await);
    assert_unavailable(&client().get(api::SESSION_EVENTS).await);
    assert_unavailable(&client().call(Method::POST, api::PASSWORD, password).await);
    assert_unavailable(&client().send(client().request(Method::POST, api::REFRESH_SESSION)).await);
    assert_eq!(client().get("/readyz").await.status, 503);
    assert_eq!(client().get("/healthz").await.status, 200);
}

#[actix_web::test]
async fn while_the_database_is_stopped_answers_are_503_and_it_is_used_again_within_2_s_of_its_return() {
    if !on_postgres() {
        return;
    }
    let Some(cluster) = Cluster::own().map(Arc::new) else { return };
    let mut fleet = servers_in(&cluster).await;
    let stop = async || beside(&cluster, |cluster| cluster.shut_down()).await;
    outlived(&mut fleet, OUTAGE, stop, async |()| beside(&cluster, |cluster| cluster.start_again()).await).await;
}

#[actix_web::test]
async fn after_a_crash_the_database_is_used_again_within_2_s_and_what_was_answered_is_so() {
    if !on_postgres() {
        return;
    }
    let Some(cluster) = Cluster::own().map(Arc::new) else { return };
    let mut fleet = servers_in(&cluster).await;
    let crash = async || beside(&cluster, |cluster| cluster.stop()).await;
    let left = fleet.signed_in(0).await.cookie;
    let mut leaves = fleet.client_with(1, left.as_deref());
    assert_eq!(leaves.log_out().await.status, 204);
    outlived(&mut fleet, OUTAGE, crash, async |()| beside(&cluster, |cluster| cluster.start_again()).await).await;
    fleet.client_with(0, left.as_deref()).verify().await.assert_problem(latchkey_shared::ErrorCode::SignedOut);
    fleet.assert_whole().await;
}

#[actix_web::test]
async fn a_database_that_stands_still_is_an_outage_and_not_a_wait() {
    if !on_postgres() {
        return;
    }
    let Some(cluster) = Cluster::own().map(Arc::new) else { return };
    let mut fleet = servers_in(&cluster).await;
    let freeze = async || beside(&cluster, |cluster| cluster.freeze()).await;
    outlived(&mut fleet, OUTAGE, freeze, async |frozen| drop(frozen)).await;
}

#[actix_web::test]
async fn a_dead_or_refusing_network_is_an_outage_from_which_servers_recover() {
    if !on_postgres() {
        return;
    }
    let (mut fleet, gate) = Fleet::behind_gate().await;
    for dead in [Gate::swallow, Gate::cut] {
        outlived(&mut fleet, Duration::ZERO, async || dead(&gate), async |()| gate.open()).await;
    }
}
