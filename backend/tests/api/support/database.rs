//! The database of a test: an SQLite file in the test's folder or, with `LATCHKEY_TEST_STORE=postgres`, one in a PostgreSQL
//! cluster that the tests of a process share. The same tests run on either.

use std::{env, path::Path, sync::Arc};

use clap::Parser;
use latchkey_actix::store::Store;
use latchkey_backend::{config::StoreConfig, database};
#[cfg(feature = "postgres")]
use latchkey_test_postgres::{Cluster, TestDatabase};
#[cfg(feature = "postgres")]
use tokio::sync::OnceCell;

/// A database that is the test's own. Clones are the same one.
#[derive(Clone, Debug)]
pub struct Database {
    /// How `latchkey` is told of it.
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

/// Whether a test that only makes sense on an SQLite file has to be left out, and why.
#[expect(clippy::print_stdout, reason = "whoever runs the tests is told what was left out")]
pub fn only_on_sqlite(why: &str) -> bool {
    if on_postgres() {
        println!("left out on PostgreSQL: {why}");
    }
    on_postgres()
}

impl Database {
    /// With tables.
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

    /// Nothing is there yet, or no tables.
    pub async fn missing(folder: &Path) -> Self {
        #[cfg(feature = "postgres")]
        if on_postgres() {
            return Self::postgres(Arc::new(Cluster::shared().create("template0").await));
        }
        Self::sqlite(folder)
    }

    /// A file in a folder.
    pub fn sqlite(folder: &Path) -> Self {
        Self {
            url: format!("sqlite://{}/test.db", folder.display()),
            #[cfg(feature = "postgres")]
            _kept: None,
        }
    }

    /// In a cluster of the test's own.
    #[cfg(feature = "postgres")]
    pub async fn in_cluster(cluster: &Cluster) -> Self {
        Self::postgres(Arc::new(cluster.create("template0").await))
    }

    /// The same by another URL.
    #[cfg(feature = "postgres")]
    pub fn through(&self, url: &str) -> Self {
        Self { url: url.into(), ..self.clone() }
    }

    #[cfg(feature = "postgres")]
    fn postgres(database: Arc<TestDatabase>) -> Self {
        Self { url: database.url.clone(), _kept: Some(database) }
    }

    /// Opens it as a server does.
    pub async fn open(&self) -> Arc<dyn Store> {
        #[derive(Parser)]
        struct Words {
            #[command(flatten)]
            store: StoreConfig,
        }
        let Words { store } = Words::parse_from(["test", "--database-url", &self.url]);
        database::Database::of(&store).unwrap().open().await.unwrap().store
    }
}
