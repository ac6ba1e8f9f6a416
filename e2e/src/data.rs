//! Where a server keeps its data: a folder of its own and, if asked for, a database in PostgreSQL.

use anyhow::Result;
use latchkey_test_postgres::{Cluster, TestDatabase};
use tempfile::TempDir;

/// The data of one story.
#[derive(Debug)]
pub struct Data {
    pub folder: TempDir,
    database: Option<TestDatabase>,
}

impl Data {
    /// An empty folder, and an empty database in PostgreSQL if wanted.
    pub async fn create(postgres: bool) -> Result<Self> {
        let database = if postgres { Some(Cluster::shared().create("template1").await) } else { None };
        Ok(Self { folder: tempfile::tempdir()?, database })
    }

    /// The URL of the database; `None` if it is a file in the folder.
    pub fn database_url(&self) -> Option<&str> {
        self.database.as_ref().map(|database| &*database.url)
    }
}
