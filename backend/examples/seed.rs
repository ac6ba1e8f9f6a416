//! Fills a database for `cargo xtask bench`.
//!
//! - `seed DATABASE_URL tokens N` adds N active sessions, ten a user, and prints their tokens, one a line. The users are
//!   `user0@example.org` and so on, their password is `correct horse battery staple`.
//! - `seed DATABASE_URL active N` adds N active sessions whose tokens nobody knows.
//! - `seed DATABASE_URL ended N` adds N sessions that ended a year ago.
#![expect(clippy::print_stdout, reason = "its output is what it is for")]

use jiff::{SignedDuration, Timestamp};
use latchkey_actix::{
    Token,
    clock::{Clock, SystemClock},
    store::{Account, AuditEvent, LogIn, NewSession, SessionStore, UserStore, sqlite::SqliteStore},
    testing::hash_blocking,
};
use latchkey_shared::{SessionId, User, UserId};
use sqlx::{Connection, SqliteConnection};

const PASSWORD: &str = "correct horse battery staple";

/// Sessions that one user has; a user with a million is nobody's.
const SESSIONS_PER_USER: usize = 10;

/// Sessions with random tokens, of users that are there: `?1` of them, from `?2` to `?3`, ended or not.
const FILL: &str = "
    WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ?1)
    INSERT INTO sessions (id, token_hash, user_id, created_at, expires_at, last_seen_at, ended_at, end_reason)
    SELECT hex(randomblob(16)), randomblob(32), 'filler-' || (n / 10), ?2, ?3, ?2, iif(?4, ?3, NULL),
           iif(?4, 'signed-out', NULL) FROM number";

/// The users of those.
const FILL_USERS: &str = "
    WITH RECURSIVE number(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n < ?1 / 10)
    INSERT INTO users (id, email, name, password_hash, version, created_at)
    SELECT 'filler-' || n, 'filler' || n || '@example.org', 'Filler', '-', 1, ?2 FROM number WHERE true
    ON CONFLICT DO NOTHING";

#[actix_web::main]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [database, kind, number] = arguments.as_slice() else { anyhow::bail!("usage: see the first lines of seed.rs") };
    let (store, now, number) = (SqliteStore::open(database).await?, SystemClock.now(), number.parse()?);
    match kind.as_str() {
        "tokens" => add_tokens(&store, number, now).await,
        "active" => fill(database, number, now, now + SignedDuration::from_hours(24 * 7), false).await,
        "ended" => {
            let then = now - SignedDuration::from_hours(24 * 365);
            fill(database, number, then, then, true).await
        }
        other => anyhow::bail!("{other} is nothing to fill a database with"),
    }
}

async fn fill(database: &str, number: usize, from: Timestamp, to: Timestamp, ended: bool) -> anyhow::Result<()> {
    let (from, to, number) = (from.as_millisecond(), to.as_millisecond(), i64::try_from(number)?);
    let mut connection = SqliteConnection::connect(database).await?;
    let mut transaction = connection.begin().await?;
    sqlx::query(FILL_USERS).bind(number).bind(from).execute(&mut *transaction).await?;
    sqlx::query(FILL).bind(number).bind(from).bind(to).bind(ended).execute(&mut *transaction).await?;
    Ok(transaction.commit().await?)
}

async fn add_tokens(store: &SqliteStore, sessions: usize, now: Timestamp) -> anyhow::Result<()> {
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

async fn add_user(store: &SqliteStore, number: usize, hash: &str, now: Timestamp) -> anyhow::Result<UserId> {
    let id = UserId(format!("user-{number}"));
    let user = User::new(id.clone(), format!("user{number}@example.org"), "User", 1);
    store.insert_user(&Account { user, password_hash: hash.into(), disabled: false }, &event(now)).await?;
    Ok(id)
}

async fn begin_session(
    store: &SqliteStore,
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
        expires_at: now.saturating_add(SignedDuration::from_hours(24 * 7))?,
        ip: Some("192.0.2.1".into()),
        user_agent: None,
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
