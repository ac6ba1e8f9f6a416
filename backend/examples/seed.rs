//! Fills a database for `cargo xtask bench`, in SQLite or PostgreSQL.
//!
//! - `seed DATABASE_URL tokens N` adds N active sessions, ten a user, and prints their tokens, one a line. The users are
//!   `user0@example.org` and so on, their password is `correct horse battery staple`.
//! - `seed DATABASE_URL active N` adds N active sessions with random tokens.
//! - `seed DATABASE_URL ended N` adds N sessions that ended a year ago.
//! - `seed DATABASE_URL bytes` prints the size of the table of sessions with its indexes.
#![expect(clippy::print_stdout, reason = "its output is what it is for")]

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use latchkey_actix::{
    Token,
    clock::{Clock, SystemClock},
    store::{Account, AuditEvent, LogIn, NewSession, Store, postgres::PostgresStore, sqlite::SqliteStore},
    testing::hash_blocking,
};
use latchkey_shared::{SessionId, User, UserId};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection, query_scalar, raw_sql};

const PASSWORD: &str = "correct horse battery staple";

const SESSIONS_PER_USER: usize = 10;

const LIFETIME: SignedDuration = SignedDuration::from_hours(24 * 7);

/// As long as those of browsers, because it is a large part of a row.
const USER_AGENT: &str =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

/// The SQL that differs between the databases.
struct Dialect {
    /// A random id, as long as a UUID.
    id: &'static str,
    /// 32 random bytes.
    token_hash: &'static str,
    /// Before many rows are inserted.
    prepare: &'static str,
    /// After many rows were inserted: what a server in use does from time to time.
    tidy: &'static str,
    /// The size of the table of sessions with its indexes.
    bytes: &'static str,
}

const SQLITE: Dialect = Dialect {
    id: "hex(randomblob(18))",
    token_hash: "randomblob(32)",
    prepare: "PRAGMA cache_size = -1000000",
    tidy: "PRAGMA wal_checkpoint(TRUNCATE)",
    bytes: "SELECT sum(pgsize) FROM dbstat
            WHERE aggregate = TRUE AND name IN (SELECT name FROM sqlite_schema WHERE tbl_name = 'sessions')",
};

const POSTGRES: Dialect = Dialect {
    id: "gen_random_uuid()::text",
    token_hash: "uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())",
    prepare: "SET work_mem = '64MB'",
    tidy: "VACUUM ANALYZE",
    bytes: "SELECT pg_total_relation_size('sessions')",
};

#[actix_web::main]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let now = SystemClock.now();
    match arguments[..] {
        [database, "tokens", number] => add_tokens(&*open(database).await?, number.parse()?, now).await,
        [database, "active", number] => fill(database, number.parse()?, now, false).await,
        [database, "ended", number] => {
            fill(database, number.parse()?, now - SignedDuration::from_hours(24 * 365), true).await
        }
        [database, "bytes"] => {
            println!("{}", bytes(database).await?);
            Ok(())
        }
        _ => anyhow::bail!("usage: see the first lines of seed.rs"),
    }
}

fn is_sqlite(database: &str) -> bool {
    database.starts_with("sqlite:")
}

async fn open(database: &str) -> anyhow::Result<Arc<dyn Store>> {
    Ok(match is_sqlite(database) {
        true => Arc::new(SqliteStore::open(database).await?),
        false => Arc::new(PostgresStore::open(database).await?),
    })
}

async fn execute(database: &str, sql: String) -> anyhow::Result<()> {
    let sql = raw_sql(AssertSqlSafe(sql));
    if is_sqlite(database) {
        sql.execute(&mut SqliteConnection::connect(database).await?).await?;
    } else {
        sql.execute(&mut PgConnection::connect(database).await?).await?;
    }
    Ok(())
}

async fn bytes(database: &str) -> anyhow::Result<i64> {
    Ok(match is_sqlite(database) {
        true => query_scalar(SQLITE.bytes).fetch_one(&mut SqliteConnection::connect(database).await?).await?,
        false => query_scalar(POSTGRES.bytes).fetch_one(&mut PgConnection::connect(database).await?).await?,
    })
}

/// Adds sessions that began in the six days before an instant, and their users.
async fn fill(database: &str, number: usize, until: Timestamp, ended: bool) -> anyhow::Result<()> {
    open(database).await?;
    let Dialect { id, token_hash, prepare, tidy, .. } = if is_sqlite(database) { SQLITE } else { POSTGRES };
    let (days, until) = (SignedDuration::from_hours(24 * 6).as_millis(), until.as_millisecond());
    let began = format!("{until} - {days} + CAST(n AS bigint) * {days} / {number}");
    let expires = format!("{began} + {}", LIFETIME.as_millis());
    let (ended_at, reason) = if ended { (began.as_str(), "'signed-out'") } else { ("NULL", "NULL") };
    let numbers =
        format!("WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {number})");
    let user = format!("'f1113700-0000-4000-8000-' || (100000000000 + n / {SESSIONS_PER_USER})");
    let users = format!(
        "{numbers} INSERT INTO users (id, email, name, password_hash, version, created_at)
         SELECT {user}, 'filler' || (n / {SESSIONS_PER_USER}) || '@example.org', 'Filler', '-', 1, {until}
         FROM numbers WHERE n = 1 OR n % {SESSIONS_PER_USER} = 0 ON CONFLICT DO NOTHING"
    );
    let sessions = format!(
        "{numbers} INSERT INTO sessions
         (id, token_hash, user_id, created_at, expires_at, last_seen_at, ip, user_agent, remembered, ended_at, end_reason)
         SELECT {id}, {token_hash}, {user}, {began}, {expires}, {began}, '192.0.2.1', '{USER_AGENT}', true, {ended_at},
         {reason} FROM numbers"
    );
    execute(database, format!("{prepare}; BEGIN; {users}; {sessions}; COMMIT")).await?;
    execute(database, tidy.to_owned()).await
}

async fn add_tokens(store: &dyn Store, sessions: usize, now: Timestamp) -> anyhow::Result<()> {
    let hash = hash_blocking(PASSWORD);
    let mut user_id = UserId(String::new());
    for number in 0..sessions {
        if number % SESSIONS_PER_USER == 0 {
            user_id = add_user(store, number / SESSIONS_PER_USER, &hash, now).await?;
        }
        println!("{}", begin_session(store, &user_id, number, &hash, now).await?.to_text());
    }
    Ok(())
}

async fn add_user(store: &dyn Store, number: usize, hash: &str, now: Timestamp) -> anyhow::Result<UserId> {
    let id = UserId(format!("user-{number}"));
    let user = User::new(id.clone(), format!("user{number}@example.org"), "User", 1);
    store
        .insert_user(&Account { user, password_hash: hash.into(), disabled: false, created_at: now }, &event(now))
        .await?;
    Ok(id)
}

async fn begin_session(
    store: &dyn Store,
    user: &UserId,
    number: usize,
    hash: &str,
    now: Timestamp,
) -> anyhow::Result<Token> {
    let token = Token::random();
    let session = NewSession {
        id: SessionId(format!("session-{number}")),
        token_hash: token.hash(),
        user_id: user.clone(),
        created_at: now,
        expires_at: now.saturating_add(LIFETIME)?,
        ip: Some("192.0.2.1".into()),
        user_agent: Some(USER_AGENT.into()),
        remembered: true,
        replaces: None,
        idle: None,
    };
    let log_in = LogIn {
        session: &session,
        password_hash: hash,
        new_hash: None,
        limit: u32::MAX,
        cleared_subjects: &[],
        device: None,
        audit: &event(now),
    };
    store.insert_session(&log_in).await?;
    Ok(token)
}

fn event(at: Timestamp) -> AuditEvent {
    let (action, outcome, actor) = ("seed", "ok", "seed".into());
    AuditEvent { at, action, outcome, actor, subject: None, session: None, ip: None }
}
