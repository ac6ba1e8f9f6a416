//! A temporary PostgreSQL server for `cargo xtask bench`. For each line of standard input it creates a database and prints its URL. When
//! standard input is closed, the server is stopped and deleted.
#![expect(clippy::print_stdout, reason = "its output is what it is for")]

use anyhow::Context;
use latchkey_test_postgres::Cluster;
use sqlx::{Connection, PgConnection, raw_sql};

/// Clusters for tests need not survive a power failure. One that is measured waits for its disk, as in production.
const DURABLE: [&str; 3] =
    ["ALTER SYSTEM SET fsync = on", "ALTER SYSTEM SET full_page_writes = on", "SELECT pg_reload_conf()"];

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let cluster = Cluster::own().context("PostgreSQL is not installed")?;
    let mut connection = PgConnection::connect(&cluster.url("postgres")).await?;
    for setting in DURABLE {
        raw_sql(setting).execute(&mut connection).await?;
    }
    let mut databases = Vec::new();
    for line in std::io::stdin().lines() {
        line?;
        let database = cluster.create("template1").await;
        println!("{}", database.url);
        databases.push(database);
    }
    Ok(())
}
