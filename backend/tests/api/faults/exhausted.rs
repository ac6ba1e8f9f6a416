//! A database that has no connection left for its servers.

use std::{str::FromStr, sync::Arc, time::Duration};

use latchkey_test_postgres::Cluster;
use sqlx::{ConnectOptions, PgConnection, postgres::PgConnectOptions};

use super::{
    fleet::Fleet,
    outage::{beside, outlived},
};
use crate::support::{
    database::{Database, on_postgres},
    shell::Shell,
};

/// Ends the connections of servers.
const TERMINATE: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'latchkey'";

/// How many connections all roles but the superuser can have together.
const SHARED: &str = "SELECT current_setting('max_connections')::bigint
                           - current_setting('superuser_reserved_connections')::bigint - count(*)
                      FROM pg_stat_activity WHERE usename = 'postgres' AND backend_type = 'client backend'";

/// A database that belongs to the role `latchkey`, which is nothing special, and an operator's shell.
async fn servers_of_a_role(cluster: &Arc<Cluster>) -> (Fleet, Shell) {
    let database = Database::in_cluster(cluster).await;
    let set_up = "CREATE ROLE latchkey LOGIN; CREATE ROLE others LOGIN;
                  DO $$ BEGIN EXECUTE format('ALTER DATABASE %I OWNER TO latchkey', current_database()); END $$";
    Shell::open(&database).await.run(set_up).await;
    Shell::open(&database).await.run("ALTER SYSTEM SET max_connections = 40").await;
    beside(cluster, |cluster| cluster.restart()).await;
    let operator = Shell::open(&database).await;
    let database = database.through(&as_role(&database.url, "latchkey"));
    let urls = [database.url.clone(), database.url.clone()];
    (Fleet::start_in(tempfile::tempdir().unwrap(), database, &urls, &[]).await, operator)
}

fn as_role(url: &str, role: &str) -> String {
    url.replacen("//postgres@", &format!("//{role}@"), 1)
}

#[actix_web::test]
async fn without_a_connection_left_answers_are_503_in_time_until_there_are_some() {
    if !on_postgres() {
        return;
    }
    let Some(cluster) = Cluster::own().map(Arc::new) else { return };
    let (mut fleet, mut operator) = servers_of_a_role(&cluster).await;
    let others =
        PgConnectOptions::from_str(&as_role(&fleet.database.url.replacen("latchkey@", "postgres@", 1), "others"))
            .unwrap();

    // The role may have no more.
    let operator = &tokio::sync::Mutex::new(&mut operator);
    let strike = async || {
        let mut operator = operator.lock().await;
        operator.run("ALTER ROLE latchkey CONNECTION LIMIT 0").await;
        operator.run(TERMINATE).await;
    };
    let mend = async |()| operator.lock().await.run("ALTER ROLE latchkey CONNECTION LIMIT -1").await;
    outlived(&mut fleet, Duration::ZERO, strike, mend).await;

    // Others have them all.
    let strike = async || {
        let mut operator = operator.lock().await;
        let mut taken = Vec::new();
        // A connection that is terminated is free some time later, so only those that others have count.
        while operator.value::<i64>(SHARED).await > i64::try_from(taken.len()).unwrap() {
            operator.run(TERMINATE).await;
            taken.extend(all_that_are_left(&others).await);
        }
        taken
    };
    outlived(&mut fleet, Duration::ZERO, strike, async |taken: Vec<PgConnection>| drop(taken)).await;
}

async fn all_that_are_left(options: &PgConnectOptions) -> Vec<PgConnection> {
    let mut connections = Vec::new();
    loop {
        match options.connect().await {
            Ok(connection) => connections.push(connection),
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("53300") => return connections,
            Err(error) => panic!("{error}"),
        }
    }
}
