//! The load of `cargo xtask bench overload`: checks in an open loop, which do not wait for answers, while a shell holds the store's
//! lock, one address floods log-ins, sessions end and the server is stopped for longer than its lease.
//!
//! `overload DATABASE_URL HOST:PORT TOKENS RATE PID` prints, one a line: answers that were wrong, answers, refusals, milliseconds
//! from the server's resumption to the last refusal, and the 99th percentile in milliseconds while the shell held the lock.
//! Wrong is a 200 to a session that had ended for longer than the staleness allowed when it was asked for, a 401 to one that had
//! not ended, and anything but 200, 401 and 503.
#![expect(clippy::print_stdout, reason = "its output is what it is for")]

use std::{
    collections::VecDeque,
    process::Command,
    str::FromStr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, ensure};
use latchkey_actix::{
    Token,
    clock::{Clock, Monotonic, SystemClock},
    store::{AuditEvent, SessionSelector, SessionStore, TokenHash, sqlite::SqliteStore},
};
use latchkey_shared::{EndReason, api};
use sqlx::{ConnectOptions, sqlite::SqliteConnectOptions};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    time::sleep,
};

const CONNECTIONS: usize = 64;
const TICK: Duration = Duration::from_millis(4);
const STALENESS: Duration = Duration::from_secs(1);
/// How many sessions end while the server runs, and again while it is stopped.
const ENDING: usize = 100;

/// A session, and when it certainly had ended, as nanoseconds of [`Monotonic`]; 0 if it has not, 1 while it does.
struct Session {
    request: String,
    hash: TokenHash,
    ended_at: AtomicU64,
}

/// A check that waits for its answer.
struct Sent {
    session: usize,
    at: Monotonic,
}

#[derive(Default)]
struct Seen {
    answers: u64,
    wrong: u64,
    refused: u64,
    last_refusal: Option<Monotonic>,
    latencies_locked: Vec<Duration>,
}

struct Load {
    sessions: Vec<Session>,
    seen: Mutex<Seen>,
    /// Whether nobody tries to log in any more: a server must not be stopped while it writes, because then nobody else can.
    quiet: AtomicBool,
    /// From when to when the shell holds the lock.
    locked: Mutex<Option<(Monotonic, Option<Monotonic>)>>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [database, address, tokens, rate, pid] = arguments.as_slice() else {
        anyhow::bail!("usage: see the first lines of overload.rs")
    };
    let load = Arc::new(Load {
        sessions: std::fs::read_to_string(tokens)?.lines().map(session).collect::<Option<_>>().context("no tokens")?,
        seen: Mutex::default(),
        quiet: AtomicBool::new(false),
        locked: Mutex::default(),
    });
    ensure!(load.sessions.len() > 2 * ENDING, "too few tokens");
    let per_tick = rate.parse::<f64>()? * TICK.as_secs_f64() / CONNECTIONS as f64;
    for number in 0..CONNECTIONS {
        let (reader, writer) = TcpStream::connect(address).await?.into_split();
        let sent = Arc::default();
        tokio::spawn(receive(load.clone(), reader, Arc::clone(&sent)));
        tokio::spawn(send(load.clone(), writer, sent, number, per_tick));
    }
    for _ in 0..16 {
        tokio::spawn(flood_log_ins(load.clone(), address.clone()));
    }

    let store = SqliteStore::open_existing(database).await?;
    sleep(Duration::from_millis(500)).await;
    hold_lock(&load, database).await?;
    end(&load, &store, 0..ENDING).await?;
    sleep(Duration::from_millis(1500)).await;
    load.quiet.store(true, Ordering::SeqCst);
    sleep(Duration::from_millis(500)).await;
    signal("-STOP", pid)?;
    end(&load, &store, ENDING..2 * ENDING).await?;
    sleep(Duration::from_millis(1200)).await;
    signal("-CONT", pid)?;
    let resumed = Monotonic::now();
    sleep(Duration::from_secs(4)).await;
    report(&load, resumed);
    Ok(())
}

fn session(token: &str) -> Option<Session> {
    let request = format!("GET {} HTTP/1.1\r\nHost: localhost\r\nCookie: session={token}\r\n\r\n", api::VERIFY_SESSION);
    Some(Session { request, hash: Token::parse(token)?.hash(), ended_at: AtomicU64::new(0) })
}

/// Sends checks at a rate, whatever comes back, of one session after the other.
async fn send(
    load: Arc<Load>,
    mut writer: OwnedWriteHalf,
    sent: Arc<Mutex<VecDeque<Sent>>>,
    number: usize,
    per_tick: f64,
) -> std::io::Result<()> {
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    let (mut due, mut next) = (0.0, number * load.sessions.len() / CONNECTIONS);
    loop {
        ticks.tick().await;
        due += per_tick;
        let mut batch = String::new();
        while due >= 1.0 {
            due -= 1.0;
            next = (next + 1) % load.sessions.len();
            batch += &load.sessions[next].request;
            lock(&sent).push_back(Sent { session: next, at: Monotonic::now() });
        }
        writer.write_all(batch.as_bytes()).await?;
    }
}

/// Reads the answers, which come in the order of the requests.
async fn receive(load: Arc<Load>, mut reader: OwnedReadHalf, sent: Arc<Mutex<VecDeque<Sent>>>) {
    let (mut buffer, mut chunk) = (Vec::new(), vec![0; 64 * 1024]);
    while let Ok(length) = reader.read(&mut chunk).await {
        if length == 0 {
            break;
        }
        buffer.extend_from_slice(&chunk[..length]);
        let mut used = 0;
        while let Some((status, answer_length)) = answer(&buffer[used..]) {
            used += answer_length;
            let Some(question) = lock(&sent).pop_front() else { return };
            load.saw(status, &question);
        }
        buffer.drain(..used);
    }
    lock(&load.seen).wrong += 1;
}

/// The status of the first answer in a buffer and how long it is, if it is there whole.
fn answer(buffer: &[u8]) -> Option<(u16, usize)> {
    let head = buffer.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(&buffer[..head]).ok()?.to_ascii_lowercase();
    let status = text.split(' ').nth(1)?.parse().ok()?;
    let body: usize = text.lines().find_map(|line| line.strip_prefix("content-length: "))?.trim().parse().ok()?;
    (buffer.len() >= head + body).then_some((status, head + body))
}

impl Load {
    fn saw(&self, status: u16, question: &Sent) {
        let now = Monotonic::now();
        let ended_at = self.sessions[question.session].ended_at.load(Ordering::SeqCst);
        let ended_long_ago =
            ended_at > 1 && question.at.as_nanos().saturating_sub(ended_at) > STALENESS.as_nanos() as u64;
        let mut seen = lock(&self.seen);
        seen.answers += 1;
        match status {
            200 if !ended_long_ago => {}
            401 if ended_at > 0 => {}
            503 => {
                seen.refused += 1;
                seen.last_refusal = Some(now);
            }
            _ => seen.wrong += 1,
        }
        if let Some((from, until)) = *lock(&self.locked)
            && question.at >= from
            && until.is_none_or(|until| question.at < until)
        {
            seen.latencies_locked.push(now.since(question.at));
        }
    }
}

/// One address tries to log in, as often as it is answered.
async fn flood_log_ins(load: Arc<Load>, address: String) -> std::io::Result<()> {
    let body = r#"{"email":"user5@example.org","password":"certainly wrong"}"#;
    let request = format!(
        "POST {} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        api::LOGIN,
        body.len()
    );
    let (mut stream, mut chunk) = (TcpStream::connect(address).await?, [0; 4096]);
    while !load.quiet.load(Ordering::SeqCst)
        && stream.write_all(request.as_bytes()).await.is_ok()
        && stream.read(&mut chunk).await? > 0
    {
        // As often as a client in a loop, and not as fast as this core can: it also has to send the checks.
        sleep(Duration::from_millis(2)).await;
    }
    Ok(())
}

/// Holds the store's write lock for three seconds.
async fn hold_lock(load: &Load, database: &str) -> anyhow::Result<()> {
    let mut shell = SqliteConnectOptions::from_str(database)?.connect().await?;
    sqlx::query("BEGIN IMMEDIATE").execute(&mut shell).await?;
    let from = Monotonic::now();
    *lock(&load.locked) = Some((from, None));
    sleep(Duration::from_secs(3)).await;
    *lock(&load.locked) = Some((from, Some(Monotonic::now())));
    sqlx::query("COMMIT").execute(&mut shell).await?;
    Ok(())
}

/// Ends some of the sessions, as another process.
async fn end(load: &Load, store: &SqliteStore, sessions: std::ops::Range<usize>) -> anyhow::Result<()> {
    for session in &load.sessions[sessions] {
        session.ended_at.store(1, Ordering::SeqCst);
        let (at, actor) = (SystemClock.now(), "operator".into());
        let audit = AuditEvent { at, action: "bench", outcome: "ok", actor, subject: None, session: None, ip: None };
        store.end_sessions(SessionSelector::Token(&session.hash), EndReason::SessionRevoked, at.into(), &audit).await?;
        session.ended_at.store(Monotonic::now().as_nanos(), Ordering::SeqCst);
    }
    Ok(())
}

fn signal(name: &str, pid: &str) -> anyhow::Result<()> {
    ensure!(Command::new("kill").args([name, pid]).status()?.success(), "cannot signal the server");
    Ok(())
}

fn report(load: &Load, resumed: Monotonic) {
    let mut seen = lock(&load.seen);
    seen.latencies_locked.sort_unstable();
    let p99 = seen.latencies_locked.get(seen.latencies_locked.len() * 99 / 100).copied().unwrap_or_default();
    let until_trusted = seen.last_refusal.map_or(Duration::ZERO, |last| last.since(resumed));
    println!("{}\n{}\n{}", seen.wrong, seen.answers, seen.refused);
    println!("{}\n{}", until_trusted.as_secs_f64() * 1e3, p99.as_secs_f64() * 1e3);
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
