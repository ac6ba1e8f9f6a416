//! The database of a test: an SQLite file in the test's folder or, with `LATCHKEY_TEST_STORE=postgres`, a database on the PostgreSQL
//! server that all tests of the process share.

#[cfg(feature = "postgres")]
use std::time::Duration;
use std::{env, path::Path, sync::Arc};

use clap::Parser;
use latchkey_actix::store::Store;
use latchkey_backend::{config::StoreConfig, database};
#[cfg(feature = "postgres")]
use latchkey_test_postgres::{Cluster, TestDatabase};
#[cfg(feature = "postgres")]
use tokio::sync::OnceCell;

/// The database of one test. Clones refer to the same database.
#[derive(Clone, Debug)]
pub struct Database {
    /// The value of `--database-url`.
    pub url: String,
    #[cfg(feature = "postgres")]
    _kept: Option<Arc<TestDatabase>>,
}

/// Whether the tests run on PostgreSQL.
pub fn on_postgres() -> bool {
    match env::var("LATCHKEY_TEST_STORE").as_deref() {
        Err(_) | Ok("" | "sqlite") => false,
        Ok("postgres") if cfg!(feature = "postgres") => true,
        Ok("postgres") => panic!("built without PostgreSQL: use --features postgres"),
        Ok(other) => panic!("LATCHKEY_TEST_STORE is sqlite or postgres, not {other}"),
    }
}

/// Whether a test that applies only to SQLite must be skipped; prints the reason.
#[expect(clippy::print_stdout, reason = "the output of the tests lists what was skipped")]
pub fn only_on_sqlite(why: &str) -> bool {
    if on_postgres() {
        println!("skipped on PostgreSQL: {why}");
    }
    on_postgres()
}

impl Database {
    /// A database with tables.
    pub async fn new(folder: &Path) -> Self {
        #[cfg(feature = "postgres")]
        if on_postgres() {
            static TEMPLATE: OnceCell<Arc<TestDatabase>> = OnceCell::const_new();
            let template = TEMPLATE.get_or_init(async || {
                let template = Arc::new(Cluster::shared().create("template0").await);
                Self::postgres(template.clone()).open().await;
                template
            });
            return Self::postgres(Arc::new(Cluster::shared().create(&template.await.name).await));
        }
        Self::sqlite(folder)
    }

    /// A file that does not exist, or a database without tables.
    pub async fn missing(folder: &Path) -> Self {
        #[cfg(feature = "postgres")]
        if on_postgres() {
            return Self::postgres(Arc::new(Cluster::shared().create("template0").await));
        }
        Self::sqlite(folder)
    }

    fn sqlite(folder: &Path) -> Self {
        Self {
            url: format!("sqlite://{}/test.db", folder.display()),
            #[cfg(feature = "postgres")]
            _kept: None,
        }
    }

    /// A database without tables on a given server.
    #[cfg(feature = "postgres")]
    pub async fn in_cluster(cluster: &Cluster) -> Self {
        Self::postgres(Arc::new(cluster.create("template0").await))
    }

    /// The same database through another URL.
    #[cfg(feature = "postgres")]
    pub fn through(&self, url: &str) -> Self {
        Self { url: url.into(), ..self.clone() }
    }

    #[cfg(feature = "postgres")]
    fn postgres(database: Arc<TestDatabase>) -> Self {
        Self { url: database.url.clone(), _kept: Some(database) }
    }

    /// Opens the store like a server, but with patience for a loaded machine, on which connecting to PostgreSQL may take long.
    pub async fn open(&self) -> Arc<dyn Store> {
        #[derive(Parser)]
        struct Words {
            #[command(flatten)]
            store: StoreConfig,
        }
        let Words { store } = Words::parse_from(["test", "--database-url", &self.url]);
        let database = match database::Database::of(&store).unwrap() {
            #[cfg(feature = "postgres")]
            database::Database::Postgres(url) => {
                database::Database::Postgres(url.with_acquire_timeout(Duration::from_secs(30)))
            }
            sqlite => sqlite,
        };
        database.open().await.unwrap().store
    }
}
