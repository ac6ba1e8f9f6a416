//! The databases of tests.

use std::{
    mem::take,
    process,
    str::FromStr,
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
        mpsc::{self, Sender},
    },
    thread,
};

use sqlx::{AssertSqlSafe, ConnectOptions, Connection, postgres::PgConnectOptions};

use crate::Cluster;

/// A database of a test. Dropping this drops the database.
#[derive(Debug)]
pub struct TestDatabase {
    /// Its name, for use as a template.
    pub name: String,
    /// Its URL.
    pub url: String,
    server: String,
}

impl Cluster {
    /// Creates a database as a copy of a template, to which nothing may be connected.
    ///
    /// # Panics
    /// The database cannot be created.
    pub async fn create(&self, template: &str) -> TestDatabase {
        static CREATED: AtomicU32 = AtomicU32::new(0);
        let name = format!("latchkey_test_{}_{}", process::id(), CREATED.fetch_add(1, Ordering::Relaxed));
        let server = self.url("postgres");
        // An earlier process with the same id may have left one behind.
        for sql in [format!("DROP DATABASE IF EXISTS {name}"), format!("CREATE DATABASE {name} TEMPLATE {template}")] {
            execute(&server, &sql).await.expect("a new database");
        }
        TestDatabase { url: self.url(&name), server, name }
    }
}

async fn execute(server: &str, sql: &str) -> sqlx::Result<()> {
    let mut connection = PgConnectOptions::from_str(server)?.connect().await?;
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await?;
    connection.close().await
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        // Fails if the process is ending, and then the cluster is deleted too.
        let _ = janitor().send((take(&mut self.server), take(&mut self.name)));
    }
}

/// The thread that drops databases whose tests have ended.
fn janitor() -> &'static Sender<(String, String)> {
    static JANITOR: OnceLock<Sender<(String, String)>> = OnceLock::new();
    JANITOR.get_or_init(|| {
        let (sender, databases) = mpsc::channel::<(String, String)>();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            for (server, name) in databases {
                // A database that cannot be dropped is left to the server's owner.
                let _ = runtime.block_on(execute(&server, &format!("DROP DATABASE {name} WITH (FORCE)")));
            }
        });
        sender
    })
}
