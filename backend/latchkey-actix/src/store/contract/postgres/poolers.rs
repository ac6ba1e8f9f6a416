//! Connection poolers between a server and PostgreSQL.

use latchkey_test_postgres::{Pgbouncer, PoolMode};

use super::*;

#[tokio::test]
async fn pgbouncer_in_session_mode_works() {
    let Some(cluster) = Cluster::own() else { return };
    let Some(pooler) = Pgbouncer::before(&cluster, PoolMode::Session) else { return };
    let database = Database(cluster.create("template0").await);
    let url = pooler.url(&database.0.name);
    let store = PostgresStore::open(&url).await.unwrap();
    check_all(&store, &PostgresStore::open(&url).await.unwrap()).await;
    let mut timeouts = database.shell().await;
    let own =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'latchkey'";
    assert!(timeouts.number(own).await > 0);
}

/// In this mode, prepared statements, settings and locks of one client would affect others.
#[tokio::test]
async fn pgbouncer_in_transaction_mode_is_rejected() {
    let Some(cluster) = Cluster::own() else { return };
    let Some(pooler) = Pgbouncer::before(&cluster, PoolMode::Transaction) else { return };
    let database = Database(cluster.create("template0").await);
    let url: PostgresUrl = pooler.url(&database.0.name).parse().unwrap();
    let results = [
        PostgresStore::open_url(&url).await.map(drop),
        PostgresStore::open_existing(&url).await.map(drop),
        PostgresStore::is_empty(&url).await.map(drop),
    ];
    for result in results {
        let error = result.unwrap_err().to_string();
        assert!(error.contains("needs session mode"), "{error}");
    }
}
