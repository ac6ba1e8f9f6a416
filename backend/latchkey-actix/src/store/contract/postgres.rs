//! The contract on PostgreSQL, and what only many servers on one database can suffer.

use std::time::Duration;

use latchkey_shared::EndReason;
use latchkey_test_postgres::{Cluster, TestDatabase};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};
use tokio::sync::OnceCell;

use super::*;
use crate::store::{
    AttemptStore, AuditStore, ChangeFeed, Changed, Failure, PasswordUpdate, SessionSelector, SessionSource,
    SessionStore, UserStore,
    postgres::{
        PostgresStore,
        url::{PostgresUrl, TlsPolicy},
    },
};

/// A database of a test's own, with tables.
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

    fn url(&self) -> PostgresUrl {
        PostgresUrl::parse(&self.0.url, TlsPolicy::VerifyFull).unwrap()
    }

    async fn open(&self) -> PostgresStore {
        PostgresStore::open(&self.url()).await.unwrap()
    }

    /// An operator's shell.
    async fn shell(&self) -> Shell {
        Shell(self.0.url.parse::<PgConnectOptions>().unwrap().connect().await.unwrap())
    }
}

struct Shell(PgConnection);

impl Shell {
    async fn run(&mut self, sql: &str) {
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut self.0).await.unwrap();
    }

    async fn number(&mut self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&mut self.0).await.unwrap()
    }

    /// The end of a session, as a statement.
    async fn end(&mut self, token: &TokenHash) {
        let end = "UPDATE sessions SET ended_at = 1, end_reason = 'session-revoked' WHERE token_hash = $1";
        sqlx::query(end).bind(token.0.as_slice()).execute(&mut self.0).await.unwrap();
    }
}

async fn heard(feed: &mut dyn ChangeFeed) -> Changed {
    feed.next(Duration::ZERO).await.unwrap().changed
}

#[tokio::test]
async fn postgres_keeps_the_contract() {
    let database = Database::new().await;
    check_all(&database.open().await, &database.open().await).await;
}

/// A sequence loses changes: numbers are handed out before they are committed. Tried on PostgreSQL 15.18.
#[tokio::test]
async fn a_change_that_is_committed_after_a_later_one_is_heard_of_once() {
    let database = Database::new().await;
    let store = database.open().await;
    add(&store, "ada").await;
    let (early, late) = (begin(&store, "ada", 1).await, begin(&store, "ada", 2).await);
    let (mut one, mut two) = (database.shell().await, database.shell().await);
    let mut feed = store.feed().await.unwrap();
    one.run("BEGIN").await;
    one.end(&early).await;
    two.end(&late).await;
    assert_eq!(heard(&mut *feed).await, Changed::Tokens(vec![late]));
    assert_eq!(heard(&mut *feed).await, Changed::Tokens(Vec::new()), "not again while the other one is under way");
    one.run("COMMIT").await;
    assert_eq!(heard(&mut *feed).await, Changed::Tokens(vec![early]));
    assert_eq!(heard(&mut *feed).await, Changed::Tokens(Vec::new()));
}

#[tokio::test]
async fn a_feed_that_is_opened_while_a_change_is_under_way_hears_of_it() {
    let database = Database::new().await;
    let store = database.open().await;
    add(&store, "ada").await;
    let token = begin(&store, "ada", 1).await;
    let mut shell = database.shell().await;
    shell.run("BEGIN").await;
    shell.end(&token).await;
    let mut feed = store.feed().await.unwrap();
    assert_eq!(heard(&mut *feed).await, Changed::Tokens(Vec::new()));
    shell.run("COMMIT").await;
    assert_eq!(heard(&mut *feed).await, Changed::Tokens(vec![token]));
}

#[tokio::test]
async fn a_feed_hears_of_many_writers_at_once_all_of_them() {
    let database = Database::new().await;
    let store = database.open().await;
    let mut tokens = Vec::new();
    for name in ["ada", "bob"] {
        add(&store, name).await;
    }
    for byte in 0..60 {
        tokens.push(begin(&store, if byte < 30 { "ada" } else { "bob" }, byte).await);
        store.touch_sessions(&[(token(byte), now() + 1.minute())]).await.unwrap();
    }
    let mut feed = store.feed().await.unwrap();
    let ends = tokens.chunks(20).map(|tokens| {
        let (tokens, database) = (tokens.to_vec(), &database);
        async move {
            let mut shell = database.shell().await;
            for token in tokens {
                shell.run("BEGIN").await;
                shell.end(&token).await;
                shell.run("COMMIT").await;
            }
        }
    });
    let reader = async {
        let mut all = Vec::new();
        while all.len() < 60 {
            let Changed::Tokens(some) = heard(&mut *feed).await else { panic!("everything") };
            all.extend(some);
        }
        all
    };
    let (_, mut all) = tokio::time::timeout(Duration::from_secs(20), async {
        tokio::join!(futures_util::future::join_all(ends), reader)
    })
    .await
    .unwrap();
    all.sort_by_key(|token| token.0);
    assert_eq!(all, tokens, "each once");
}

#[tokio::test]
async fn a_reader_hears_of_what_a_shell_does_to_whole_tables() {
    let database = Database::new().await;
    let store = database.open().await;
    add(&store, "ada").await;
    let mut shell = database.shell().await;
    let mut feed = store.feed().await.unwrap();
    for (sql, expected) in [
        ("DELETE FROM sessions", Changed::Tokens(vec![token(1)])),
        ("UPDATE users SET name = 'Eve'", Changed::Tokens(vec![token(1)])),
        ("UPDATE sessions SET last_seen_at = last_seen_at + 1", Changed::Tokens(Vec::new())),
        ("UPDATE sessions SET last_seen_at = last_seen_at - 1", Changed::Tokens(vec![token(1)])),
        ("UPDATE sessions SET expires_at = expires_at + 1", Changed::Tokens(vec![token(1)])),
        ("TRUNCATE sessions", Changed::Everything),
        (
            "ALTER TABLE sessions RENAME TO before; CREATE TABLE sessions (LIKE before INCLUDING ALL)",
            Changed::Everything,
        ),
        ("DROP TABLE sessions; ALTER TABLE before RENAME TO sessions", Changed::Everything),
        ("DELETE FROM users", Changed::Tokens(vec![token(1)])),
    ] {
        if store.session(&token(1)).await.unwrap().is_none() {
            begin(&store, "ada", 1).await;
        }
        shell.run(sql).await;
        assert_eq!(heard(&mut *feed).await, expected, "{sql}");
    }
}

#[tokio::test]
async fn a_reader_that_was_away_for_longer_than_changes_are_kept_forgets_everything() {
    let database = Database::new().await;
    let store = database.open().await;
    add(&store, "ada").await;
    let mut shell = database.shell().await;
    let (mut away, mut there) = (store.feed().await.unwrap(), store.feed().await.unwrap());
    let token = begin(&store, "ada", 1).await;
    shell.end(&token).await;
    assert_eq!(heard(&mut *there).await, Changed::Tokens(vec![token]));
    store.sweep_sessions(Timestamp::MIN, 9).await.unwrap();
    assert_eq!(shell.number("SELECT count(*) FROM session_changes").await, 1, "it is too young");
    shell.run("UPDATE session_changes SET at = at - interval '11 minutes'").await;
    sweep_all_changes(&store, &mut shell).await;
    assert_eq!(heard(&mut *there).await, Changed::Tokens(Vec::new()));
    assert_eq!(heard(&mut *away).await, Changed::Everything);
    assert_eq!(heard(&mut *away).await, Changed::Tokens(Vec::new()), "once");
}

/// Its row is old when it is committed.
#[tokio::test]
async fn a_change_in_a_long_transaction_is_not_forgotten_before_it_is_heard_of() {
    let database = Database::new().await;
    let store = database.open().await;
    add(&store, "ada").await;
    let (long, short) = (begin(&store, "ada", 1).await, begin(&store, "ada", 2).await);
    let (mut shell, mut other) = (database.shell().await, database.shell().await);
    let mut feed = store.feed().await.unwrap();
    shell.run("BEGIN").await;
    shell.end(&long).await;
    shell.run("UPDATE session_changes SET at = at - interval '11 minutes'").await;
    other.end(&short).await;
    assert_eq!(heard(&mut *feed).await, Changed::Tokens(vec![short]));
    other.run("UPDATE session_changes SET at = at - interval '11 minutes'").await;
    store.sweep_sessions(Timestamp::MIN, 9).await.unwrap();
    assert_eq!(heard(&mut *feed).await, Changed::Tokens(Vec::new()));
    shell.run("COMMIT").await;
    sweep_all_changes(&store, &mut shell).await;
    assert_eq!(heard(&mut *feed).await, Changed::Everything, "it is gone, and that is known");
}

#[tokio::test]
async fn an_ended_session_stays_ended_whoever_writes() {
    let database = Database::new().await;
    let store = database.open().await;
    add(&store, "ada").await;
    let token = begin(&store, "ada", 1).await;
    let mut shell = database.shell().await;
    shell.end(&token).await;
    let undo = sqlx::raw_sql("UPDATE sessions SET ended_at = NULL, end_reason = NULL").execute(&mut shell.0).await;
    assert!(undo.unwrap_err().to_string().contains("an ended session cannot be changed"));
}

/// Without a lock on the user's row, `INSERT … SELECT … WHERE password_hash = …` lets it in. Tried on PostgreSQL 15.18.
#[tokio::test]
async fn a_log_in_that_checked_the_old_password_waits_for_the_change_and_is_refused() {
    let database = Database::new().await;
    let (store, other) = (database.open().await, database.open().await);
    add(&store, "ada").await;
    for change in ["password_hash = 'new'", "disabled_at = 1"] {
        let mut shell = database.shell().await;
        shell.run("UPDATE users SET password_hash = 'hash of ada', disabled_at = NULL").await;
        shell.run(&format!("BEGIN; UPDATE users SET {change}")).await;
        let log_in = tokio::spawn({
            let other = other.clone();
            async move { insert(&other, &session("ada", 1), "hash of ada", 50).await.unwrap() }
        });
        wait_for_a_lock(&database).await;
        assert!(!log_in.is_finished());
        shell.run("COMMIT").await;
        assert_eq!(log_in.await.unwrap(), InsertSessionOutcome::AccountChanged, "{change}");
    }
}

#[tokio::test]
async fn a_change_of_the_password_waits_for_a_log_in_and_ends_its_session() {
    let database = Database::new().await;
    let store = database.open().await;
    let ada = add(&store, "ada").await;
    let mut shell = database.shell().await;
    shell.run("BEGIN; SELECT 1 FROM users FOR NO KEY UPDATE").await;
    let change = tokio::spawn({
        let store = store.clone();
        async move { store.set_password(&ada, "new", &audit(now())).await.unwrap() }
    });
    wait_for_a_lock(&database).await;
    shell
        .run(
            "INSERT INTO sessions (id, token_hash, user_id, created_at, expires_at, last_seen_at, remembered)
             VALUES ('late', decode(repeat('01', 32), 'hex'), 'id of ada', 1, 4000000000000, 1, true); COMMIT",
        )
        .await;
    assert_eq!(change.await.unwrap(), [token(1)]);
    assert_eq!(store.session(&token(1)).await.unwrap().unwrap().ended, Some(EndReason::PasswordChanged));
}

/// The session that asks is signed out on another server while the change is on its way.
#[tokio::test]
async fn a_change_of_the_password_by_a_session_that_ends_meanwhile_does_nothing() {
    let database = Database::new().await;
    let store = database.open().await;
    add(&store, "ada").await;
    let token = begin(&store, "ada", 1).await;
    let mut shell = database.shell().await;
    shell.run("BEGIN").await;
    shell.end(&token).await;
    let change = tokio::spawn({
        let store = store.clone();
        async move {
            let next = session("ada", 2);
            let change = PasswordUpdate {
                session: &token,
                current_hash: "hash of ada",
                new_hash: "new",
                new_session: &next,
                cleared_subjects: &[],
            };
            store.change_password(&change, &audit(now())).await.unwrap()
        }
    });
    wait_for_a_lock(&database).await;
    shell.run("COMMIT").await;
    assert_eq!(change.await.unwrap(), None);
}

#[tokio::test]
async fn log_ins_at_the_same_time_do_not_pass_the_limit() {
    let database = Database::new().await;
    let stores = [database.open().await, database.open().await];
    let ada = add(&stores[0], "ada").await;
    let log_ins = (0..16).map(|byte| {
        let store = stores[usize::from(byte) % 2].clone();
        async move { insert(&store, &session("ada", byte), "hash of ada", 3).await.unwrap() }
    });
    futures_util::future::join_all(log_ins).await;
    assert_eq!(stores[0].sessions(Some(&ada), now().into()).await.unwrap().len(), 3);
}

#[tokio::test]
async fn writers_that_meet_on_many_rows_all_get_through() {
    let database = Database::new().await;
    let (store, other) = (database.open().await, database.open().await);
    let ada = add(&store, "ada").await;
    for round in 0..10 {
        for byte in 0..20 {
            let next = NewSession { id: SessionId(format!("{round} {byte}")), ..session("ada", byte) };
            let next = NewSession { token_hash: TokenHash([round * 20 + byte; 32]), ..next };
            insert(&store, &next, "hash of ada", 50).await.unwrap();
        }
        let activity: Vec<_> =
            (0..20).rev().map(|byte| (TokenHash([round * 20 + byte; 32]), now() + 1.minute())).collect();
        let event = audit(now());
        let (touch, end, name) = tokio::join!(
            store.touch_sessions(&activity),
            other.end_sessions(SessionSelector::All(&ada), EndReason::SignedOut, now().into(), &event),
            other.rename_user(&ada, "Ada", &event),
        );
        (touch.unwrap(), end.unwrap(), name.unwrap());
    }
}

#[tokio::test]
async fn one_server_at_a_time_sweeps_and_none_waits_for_what_others_hold() {
    let database = Database::new().await;
    let store = database.open().await;
    add(&store, "ada").await;
    for byte in 0..3 {
        begin(&store, "ada", byte).await;
    }
    let mut shell = database.shell().await;
    shell.run("UPDATE sessions SET ended_at = 1, end_reason = 'signed-out'").await;
    shell.run("BEGIN; SELECT 1 FROM sessions WHERE id = 'session 1' FOR UPDATE").await;
    assert_eq!(store.sweep_sessions(now(), 50).await.unwrap(), 2, "all but the row that somebody holds");
    shell.run("SELECT pg_advisory_xact_lock(8319104427464486503)").await;
    assert_eq!(store.sweep_sessions(now(), 50).await.unwrap(), 0, "another one has the turn");
    shell.run("COMMIT").await;
    assert_eq!(store.sweep_sessions(now(), 50).await.unwrap(), 1);
}

#[tokio::test]
async fn what_was_typed_may_hold_any_character() {
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

/// Sweeps until no changes are left. Transactions of other tests, which are under way, hold it back.
async fn sweep_all_changes(store: &PostgresStore, shell: &mut Shell) {
    while shell.number("SELECT count(*) FROM session_changes").await > 0 {
        store.sweep_sessions(Timestamp::MIN, 9).await.unwrap();
    }
}

/// Waits until a statement waits for a lock.
async fn wait_for_a_lock(database: &Database) {
    let mut shell = database.shell().await;
    let waiting =
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
    while shell.number(waiting).await == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
