//! The contract on PostgreSQL, and tests of concurrent servers, outages and TLS.

mod horizon;
mod outages;
mod plans;
mod poolers;
mod row_locks;
mod starts;
mod tls;

use std::time::Duration;

use latchkey_shared::EndReason;
use latchkey_test_postgres::{Cluster, TestDatabase};
use sqlx::{AssertSqlSafe, ConnectOptions, PgConnection, postgres::PgConnectOptions};
use tokio::sync::OnceCell;

use super::*;
use crate::store::{
    AttemptStore, AuditStore, ChangeFeed, Changed, Failure, PasswordUpdate, SessionSelector, SessionSource,
    SessionStore, UserStore,
    postgres::{PostgresStore, url::PostgresUrl},
};

/// A database of one test, with tables.
struct Database(TestDatabase);

impl Database {
    async fn new() -> Self {
        static TEMPLATE: OnceCell<Database> = OnceCell::const_new();
        let template = TEMPLATE.get_or_init(async || {
            let template = Self::empty().await;
            template.open().await;
            template
        });
        Self(Cluster::shared().create(&template.await.0.name).await)
    }

    async fn empty() -> Self {
        Self(Cluster::shared().create("template0").await)
    }

    /// The URL, with patience for a loaded machine.
    fn url(&self) -> PostgresUrl {
        patient(&self.0.url)
    }

    async fn open(&self) -> PostgresStore {
        PostgresStore::open_url(&self.url()).await.unwrap()
    }

    /// Opens an operator's SQL shell.
    async fn shell(&self) -> Shell {
        Shell(self.0.url.parse::<PgConnectOptions>().unwrap().connect().await.unwrap())
    }
}

/// A URL with a longer time-out for getting a connection, which may take long on a loaded machine.
fn patient(url: &str) -> PostgresUrl {
    url.parse::<PostgresUrl>().unwrap().with_acquire_timeout(Duration::from_secs(30))
}

struct Shell(PgConnection);

impl Shell {
    async fn run(&mut self, sql: &str) {
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut self.0).await.unwrap();
    }

    async fn number(&mut self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&mut self.0).await.unwrap()
    }

    /// Ends a session.
    async fn end(&mut self, token: &TokenHash) {
        let end = "UPDATE sessions SET ended_at = 1, end_reason = 'session-revoked' WHERE token_hash = $1";
        sqlx::query(end).bind(token.0.as_slice()).execute(&mut self.0).await.unwrap();
    }
}

#[tokio::test]
async fn postgres_fulfils_the_contract() {
    let database = Database::new().await;
    check_all(&database.open().await, &database.open().await).await;
}

#[tokio::test]
async fn an_ended_session_cannot_be_changed_by_sql() {
    let database = Database::new().await;
    let store = database.open().await;
    add(&store, "ada").await;
    let token = begin(&store, "ada", 1).await;
    let mut shell = database.shell().await;
    shell.end(&token).await;
    let undo = sqlx::raw_sql("UPDATE sessions SET ended_at = NULL, end_reason = NULL").execute(&mut shell.0).await;
    assert!(undo.unwrap_err().to_string().contains("an ended session cannot be changed"));
}

#[tokio::test]
async fn text_may_contain_any_character() {
    let database = Database::new().await;
    let store = database.open().await;
    let odd = "a\0b@example.org";
    assert!(store.account(odd).await.unwrap().is_none());
    let failure = Failure { account: odd, subjects: &[odd.into()], at: now(), forget_before: now() };
    let event = AuditEvent { actor: odd.into(), subject: Some(odd.into()), ip: Some(odd.into()), ..audit(now()) };
    store.count_failure(&failure, &event).await.unwrap();
    assert_eq!(store.attempts(odd).await.unwrap().unwrap().failures, 1);
    assert_eq!(store.audit(now(), 1).await.unwrap()[0].actor, "a\u{fffd}b@example.org");
    assert!(store.session_with_id(&SessionId(odd.into())).await.unwrap().is_none());
}
