//! Fills a database with active sessions for `cargo xtask bench`, and prints their tokens, one a line.
//!
//! Usage: `seed DATABASE_URL SESSIONS`.
#![expect(clippy::print_stdout, reason = "its output is what it is for")]

use jiff::{SignedDuration, Timestamp};
use latchkey_backend::{
    auth::Token,
    clock::{Clock, SystemClock},
    store::{Account, NewSession, SessionStore, UserStore, sqlite::SqliteStore},
};
use latchkey_shared::{SessionId, User, UserId};

/// Sessions that one user has; a user with a million is nobody's.
const SESSIONS_PER_USER: usize = 10;

#[actix_web::main]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [database, sessions] = arguments.as_slice() else { anyhow::bail!("usage: seed DATABASE_URL SESSIONS") };
    let (store, now) = (SqliteStore::open(database).await?, SystemClock.now());
    let mut user_id = UserId(String::new());
    for number in 0..sessions.parse()? {
        if number % SESSIONS_PER_USER == 0 {
            user_id = add_user(&store, number / SESSIONS_PER_USER, now).await?;
        }
        println!("{}", begin_session(&store, &user_id, number, now).await?.to_text());
    }
    Ok(())
}

async fn add_user(store: &SqliteStore, number: usize, now: Timestamp) -> anyhow::Result<UserId> {
    let id = UserId(format!("user-{number}"));
    let user = User { id: id.clone(), email: format!("user{number}@example.org"), name: "User".into(), version: 1 };
    store.insert_user(&Account { user, password_hash: "-".into(), disabled: false }, now).await?;
    Ok(id)
}

async fn begin_session(store: &SqliteStore, user: &UserId, number: usize, now: Timestamp) -> anyhow::Result<Token> {
    let token = Token::random();
    let session = NewSession {
        id: SessionId(format!("session-{number}")),
        token_hash: token.hash(),
        user_id: user.clone(),
        created_at: now,
        expires_at: now.saturating_add(SignedDuration::from_hours(24 * 7))?,
        ip: Some("192.0.2.1".into()),
        user_agent: None,
        replaces: None,
    };
    store.insert_session(&session, "-", u32::MAX).await?;
    Ok(token)
}
