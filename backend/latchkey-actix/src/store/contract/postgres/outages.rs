//! Outages of the PostgreSQL server and of the network: every call is answered in time, and the store recovers without a restart.

use crate::clock::Stopwatch;

use super::*;
use latchkey_test_postgres::{Gate, execute};

/// Longer than the time-out of any call, and shorter than two of them.
const BOUND: Duration = Duration::from_secs(6);

/// A store behind a gate, with full pools.
async fn behind_a_gate() -> (Database, Gate, PostgresStore) {
    let database = Database::new().await;
    let gate = Gate::before(&database.0.url).await;
    let store = PostgresStore::open_url(&patient(&gate.url)).await.unwrap();
    add(&store, "ada").await;
    begin(&store, "ada", 1).await;
    fill_pools(&store).await;
    (database, gate, store)
}

async fn fill_pools(store: &PostgresStore) {
    let token = token(1);
    // Some calls may time out while connections are made.
    futures_util::future::join_all((0..8).map(|_| async {
        let _ = store.session(&token).await;
        let _ = store.account("ada").await;
        let _ = store.touch_sessions(&[]).await;
    }))
    .await;
}

/// The number of calls that [`call_all`] makes.
const CALLS: usize = 6;

/// Makes all kinds of calls concurrently, checks that each is answered in time, and returns how many succeeded.
async fn call_all(store: &PostgresStore) -> usize {
    let (token, event) = (token(1), audit(now()));
    let calls = futures_util::future::join_all((0..CALLS / 3).map(|_| async {
        let (check, read, write) = tokio::join!(store.session(&token), store.account("ada"), store.record(&event));
        usize::from(check.is_ok()) + usize::from(read.is_ok()) + usize::from(write.is_ok())
    }));
    tokio::time::timeout(BOUND, calls).await.expect("every call is bounded").into_iter().sum()
}

#[tokio::test]
async fn on_a_dead_network_every_call_times_out_and_its_return_is_enough() {
    let (_database, gate, store) = behind_a_gate().await;
    let mut feed = store.feed().await.unwrap();
    gate.swallow();
    for _ in 0..2 {
        assert_eq!(call_all(&store).await, 0);
    }
    tokio::time::timeout(BOUND, feed.next(Duration::ZERO)).await.unwrap().unwrap_err();
    gate.open();
    assert_eq!(call_all(&store).await, CALLS);
}

/// Other reads have connections of their own, which may have survived.
#[tokio::test]
async fn a_store_is_ready_only_if_it_answers_checks() {
    let database = Database::new().await;
    let store = PostgresStore::open(&database.0.url).await.unwrap();
    store.ping().await.unwrap();
    let server = Cluster::shared().url("postgres");
    let name = &database.0.name;
    // The connections of checks end, and no new one can be made.
    let cut = format!(
        "ALTER DATABASE {name} ALLOW_CONNECTIONS false;
         SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}' AND query LIKE '%s.token_hash = %'"
    );
    execute(&server, &cut).await.unwrap();
    assert!(store.session(&token(1)).await.is_err());
    assert!(store.account("ada").await.is_ok());
    assert!(store.ping().await.is_err());
    execute(&server, &format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true")).await.unwrap();
    store.ping().await.unwrap();
}

#[tokio::test]
async fn after_connections_were_cut_no_call_fails() {
    let (_database, gate, store) = behind_a_gate().await;
    gate.cut();
    assert_eq!(call_all(&store).await, 0);
    gate.open();
    fill_pools(&store).await;
    gate.cut();
    tokio::time::sleep(Duration::from_millis(50)).await;
    gate.open();
    assert_eq!(call_all(&store).await, CALLS);
}

#[tokio::test]
async fn calls_that_are_dropped_in_the_middle_leave_the_pool_intact() {
    let (database, _gate, store) = behind_a_gate().await;
    let mut shell = database.shell().await;
    shell.run("BEGIN; LOCK TABLE sessions, audit IN ACCESS EXCLUSIVE MODE").await;
    for _ in 0..20 {
        let (token, event) = (token(1), audit(now()));
        let calls = async { tokio::join!(store.session(&token), store.ping(), store.record(&event)) };
        tokio::time::timeout(Duration::from_millis(20), calls).await.unwrap_err();
    }
    shell.run("COMMIT").await;
    assert_eq!(call_all(&store).await, CALLS);
}

#[tokio::test]
async fn after_a_restart_of_the_server_no_call_fails_and_feeds_must_be_opened_again() {
    let Some(cluster) = Cluster::own() else { return };
    let database = cluster.create("template0").await;
    let store = PostgresStore::open_url(&patient(&database.url)).await.unwrap();
    add(&store, "ada").await;
    let token = begin(&store, "ada", 1).await;
    fill_pools(&store).await;
    let mut feed = store.feed().await.unwrap();
    store
        .end_sessions(SessionSelector::Token(&token), EndReason::SignedOut, now().into(), &audit(now()))
        .await
        .unwrap();
    cluster.restart();
    feed.next(Duration::ZERO).await.unwrap_err();
    assert_eq!(call_all(&store).await, CALLS, "no call uses a connection from before");
    assert_eq!(store.session(&token).await.unwrap().unwrap().ended, Some(EndReason::SignedOut), "it was acknowledged");
    let mut feed = store.feed().await.unwrap();
    assert_eq!(feed.next(Duration::ZERO).await.unwrap().changed, Changed::Tokens(Vec::new()));

    cluster.stop();
    assert_eq!(call_all(&store).await, 0);
    cluster.start_again();
    let back = Stopwatch::start();
    while call_all(&store).await < CALLS {}
    assert!(back.elapsed() < Duration::from_secs(2), "{:?}", back.elapsed());
    drop(cluster);
}

#[tokio::test]
async fn writes_that_postgres_aborts_because_of_others_are_retried_twice() {
    let database = Database::new().await;
    let (store, mut shell) = (database.open().await, database.shell().await);
    for code in ["40001", "40P01"] {
        for (failures, succeeds) in [(2, true), (3, false)] {
            shell
                .run(&format!(
                    "DROP SEQUENCE IF EXISTS tries; CREATE SEQUENCE tries;
                     CREATE OR REPLACE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                         IF nextval('tries') <= {failures} THEN RAISE EXCEPTION USING ERRCODE = '{code}'; END IF;
                         RETURN NEW;
                     END $$;
                     CREATE OR REPLACE TRIGGER fails BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION fail()"
                ))
                .await;
            assert_eq!(store.record(&audit(now())).await.is_ok(), succeeds, "{failures} times {code}");
        }
    }
}

#[tokio::test]
async fn a_call_waits_at_most_250_ms_for_a_connection_by_default() {
    let database = Database::new().await;
    let default = PostgresStore::open(&database.0.url).await.unwrap();
    let patient = database.open().await;
    for (store, is_patient) in [(default, false), (patient, true)] {
        let mut shell = database.shell().await;
        shell.run("BEGIN; LOCK TABLE audit IN EXCLUSIVE MODE").await;
        let write = || {
            let store = store.clone();
            tokio::spawn(async move { store.record(&audit(now())).await })
        };
        // All connections for writes wait for the lock. Some calls may give up until all are made.
        let mut others = database.shell().await;
        while others.number(row_locks::WAITING).await < 4 {
            drop(write());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let (mut late, waited) = (write(), Stopwatch::start());
        let answered = tokio::time::timeout(Duration::from_millis(1_500), &mut late).await;
        assert_eq!(answered.is_ok(), !is_patient, "{:?}", waited.elapsed());
        if let Ok(answer) = answered {
            answer.unwrap().unwrap_err();
            assert!(waited.elapsed() >= Duration::from_millis(250), "{:?}", waited.elapsed());
        }
        shell.run("COMMIT").await;
    }
}

#[tokio::test]
async fn a_write_succeeds_after_a_deadlock_with_a_shell() {
    let database = Database::new().await;
    let (store, mut shell) = (database.open().await, database.shell().await);
    add(&store, "ada").await;
    let both = [begin(&store, "ada", 1).await, begin(&store, "ada", 2).await];
    shell.run("BEGIN; SELECT 1 FROM sessions WHERE id = 'session 2' FOR UPDATE").await;
    let touch = tokio::spawn({
        let store = store.clone();
        async move { store.touch_sessions(&both.map(|token| (token, now() + 1.minute()))).await }
    });
    row_locks::wait_for_a_lock(&database).await;
    shell.run("SELECT 1 FROM sessions WHERE id = 'session 1' FOR UPDATE; COMMIT").await;
    touch.await.unwrap().unwrap();
    assert_eq!(store.session(&both[0]).await.unwrap().unwrap().last_seen_at, now() + 1.minute());
}

#[tokio::test]
async fn writes_are_durable_isolated_and_limited_whatever_the_servers_settings() {
    let database = Database::new().await;
    let mut shell = database.shell().await;
    for setting in
        ["synchronous_commit = off", "default_transaction_isolation = 'serializable'", "statement_timeout = 0"]
    {
        shell.run(&format!("ALTER DATABASE {} SET {setting}", database.0.name)).await;
    }
    let store = database.open().await;
    shell
        .run(
            "CREATE TABLE seen (what text);
             CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                 INSERT INTO seen SELECT name || '=' || setting FROM pg_settings;
                 RETURN NEW;
             END $$;
             CREATE TRIGGER sees BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION see()",
        )
        .await;
    store.record(&audit(now())).await.unwrap();
    let seen = "SELECT count(*) FROM seen WHERE what IN (
        'synchronous_commit=on', 'transaction_isolation=read committed', 'lock_timeout=3000', 'statement_timeout=3500',
        'idle_in_transaction_session_timeout=3500')";
    assert_eq!(shell.number(seen).await, 5);
}
