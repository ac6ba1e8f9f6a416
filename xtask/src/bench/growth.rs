//! Measures how the cost of sessions grows with their number: bytes in the store and in the cache, and the time of requests.

use super::database::{Database, Databases};
use super::million::{loads_at_once, serve};
use super::server::{ALL_CORES, Load, Server};
use super::{Measure, folder, median};
use anyhow::{Context, Result};
use std::fs;

const ROUNDS: usize = 3;

/// The largest number of sessions, if it is another than a million.
const LARGEST: &str = "LATCHKEY_BENCH_SESSIONS";

/// The sessions whose memory in the cache is measured; as many as the cache holds by default.
const CACHED: usize = 20_000;

/// With this, a server of 15 MB stays under 40 MB with 10 000 cached sessions.
const CACHED_BYTES: f64 = 2_500.0;

/// The sessions that are checked before the memory is measured for the first time.
const CACHED_BEFORE: usize = 200;

/// Requests beside those with a thousand sessions.
struct Ratios {
    checks: f64,
    log_ins: f64,
    lists: f64,
}

pub fn measure() -> Result<Vec<Measure>> {
    let mut postgres = Databases::postgres()?;
    let mut measures = measure_store("SQLite", &mut Databases::Sqlite)?;
    measures.extend(measure_store("PostgreSQL", &mut postgres)?);
    measures.push(Measure::at_most("bytes a session in the cache", bytes_in_cache(&mut postgres)?, CACHED_BYTES));
    Ok(measures)
}

fn measure_store(name: &str, databases: &mut Databases) -> Result<Vec<Measure>> {
    let (few, many) = (databases.seed("few", "1000")?, databases.seed("many", "1000")?);
    let thousand = serve(8094, &few)?;
    let largest = std::env::var(LARGEST).ok().map_or(Ok(1_000_000), |number| number.parse())?;
    let (mut sessions, mut bytes, mut ratios) = (1000, Vec::new(), Vec::new());
    loop {
        bytes.push(many.bytes()? / sessions as f64);
        println!("      {sessions} sessions in {name}: {:.0} bytes a session", bytes[bytes.len() - 1]);
        ratios.push(requests((&thousand, &few), &many)?);
        if sessions >= largest {
            break;
        }
        many.fill("active", sessions * 9)?;
        sessions *= 10;
    }
    let (bytes, last) = bytes.last().zip(ratios.last()).context("no sessions")?;
    let with = |what: &str| format!("{what} with {sessions} sessions in {name}, beside 1000");
    Ok(vec![
        Measure::at_most(format!("bytes a session in {name}"), *bytes, 1200.0),
        Measure::at_least(with("checks"), last.checks, 0.9),
        Measure::at_least(with("log-ins"), last.log_ins, 0.9),
        Measure::at_least(with("lists"), last.lists, 0.9),
    ])
}

fn requests(few: (&Server, &Database), many: &Database) -> Result<Ratios> {
    let server = serve(8095, many)?;
    let (mut checks, mut log_ins, mut lists) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let (a, b) = loads_at_once(few, (&server, many), round)?;
        println!("         {:.0} checks per core | log-ins {} | lists {}", b.checks.per_core, b.log_ins, b.lists);
        checks.push(b.checks.per_core / a.checks.per_core);
        log_ins.push(a.log_ins.p50_ms / b.log_ins.p50_ms);
        lists.push(b.lists.per_core / a.lists.per_core);
    }
    let ratios = Ratios { checks: median(checks), log_ins: median(log_ins), lists: median(lists) };
    let Ratios { checks, log_ins, lists } = ratios;
    println!("         beside 1000 sessions: checks {checks:.2} | log-ins {log_ins:.2} | lists {lists:.2}");
    Ok(ratios)
}

/// How much a server's memory grows with each session that it caches. It is measured on PostgreSQL, because SQLite's own caches grow too.
fn bytes_in_cache(databases: &mut Databases) -> Result<f64> {
    let database = databases.seed("cached", &CACHED.to_string())?;
    let server = Server::latchkey(8096, &database, &[], ALL_CORES)?;
    let some = folder()?.join("some.tokens");
    let tokens: Vec<_> = fs::read_to_string(&database.tokens)?.lines().map(str::to_owned).collect();
    fs::write(&some, tokens[..CACHED_BEFORE].join("\n"))?;
    Load::checks(&server, &some)?;
    let before = server.memory()?;
    // Tokens are picked at random, and after three loads hardly any is left out.
    for _ in 0..3 {
        Load::checks(&server, &database.tokens)?;
    }
    Ok((server.memory()? - before) * 1024.0 * 1024.0 / (CACHED - CACHED_BEFORE) as f64)
}
