//! Compares a store of a million sessions with one of a thousand, and measures log-ins during a sweep of 100 000 ended ones.

use super::database::{Database, Databases};
use super::server::{Load, LogIns, ONE_CORE, Server};
use super::{Measure, both, median};
use anyhow::Result;

const ROUNDS: usize = 5;

/// The requests whose cost could grow with the number of sessions.
pub struct Loads {
    pub checks: Load,
    pub log_ins: Load,
    pub lists: Load,
}

pub fn measure() -> Result<Vec<Measure>> {
    measure_in(&mut Databases::Sqlite)
}

pub fn measure_in(databases: &mut Databases) -> Result<Vec<Measure>> {
    let (small, large) = (databases.seed("thousand", "1000")?, databases.seed("million", "1000")?);
    large.fill("active", 1_000_000)?;
    let (thousand, million) = (serve(8094, &small)?, serve(8095, &large)?);
    let (mut checks, mut log_ins, mut lists) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let (a, b) = loads_at_once((&thousand, &small), (&million, &large), round)?;
        println!("      {round}: checks {} | {}", a.checks, b.checks);
        println!("         log-ins {} | {}\n         lists {} | {}", a.log_ins, b.log_ins, a.lists, b.lists);
        checks.push(b.checks.per_core / a.checks.per_core);
        log_ins.push(a.log_ins.p50_ms / b.log_ins.p50_ms);
        lists.push(b.lists.per_core / a.lists.per_core);
    }

    let during = |what: &str| -> Result<f64> {
        let mut p99s = Vec::new();
        for round in 0..ROUNDS {
            let load = Load::log_ins(&million, LogIns::Right, 1, round)?;
            println!("      {round}: log-ins {what} {load}");
            p99s.push(load.p99_ms);
        }
        Ok(median(p99s))
    };
    let before = during("before the sweep")?;
    large.fill("ended", 100_000)?;
    let sweeping = during("while 100 000 ended sessions are swept")?;
    Ok(vec![
        Measure::at_least("checks with a million sessions, beside a thousand", median(checks), 0.9),
        Measure::at_least("log-ins with a million sessions, beside a thousand", median(log_ins), 0.9),
        Measure::at_least("lists of a user's sessions with a million, beside a thousand", median(lists), 0.9),
        Measure::at_most("p99 of log-ins during a sweep, beside before", sweeping / before, 2.0),
    ])
}

/// Serves a database. No session is old enough to be swept until ended ones are added.
pub fn serve(port: u16, database: &Database) -> Result<Server> {
    let arguments = ["--login-rate", "0", "--sweep-every", "1s", "--session-retention", "30d"];
    Server::latchkey(port, database, &arguments, ONE_CORE)
}

/// Measures two servers, each load on both at once.
pub fn loads_at_once(
    (small, few): (&Server, &Database),
    (large, many): (&Server, &Database),
    round: usize,
) -> Result<(Loads, Loads)> {
    let checks = both(|| Load::checks(small, &few.tokens), || Load::checks(large, &many.tokens))?;
    let log_ins = |server: &Server| Load::log_ins(server, LogIns::Right, 1, round);
    let log_ins = both(|| log_ins(small), || log_ins(large))?;
    let lists = both(|| Load::lists(small, &few.tokens), || Load::lists(large, &many.tokens))?;
    let small = Loads { checks: checks.0, log_ins: log_ins.0, lists: lists.0 };
    Ok((small, Loads { checks: checks.1, log_ins: log_ins.1, lists: lists.1 }))
}
