//! Measures PostgreSQL: checks beside SQLite and the bare handler, and then what is measured in SQLite.

use super::database::Databases;
use super::server::{Load, ONE_CORE, Server};
use super::{Measure, both, log_in, median, million};
use anyhow::Result;

const ROUNDS: usize = 5;

/// Rounds before those, until all sessions are cached; the first reads of PostgreSQL take longer than those of SQLite.
const WARM_UP: usize = 2;

/// axum-login on SQLite beside the bare handler, which reads every session from its store: the fastest peer whose sessions survive a
/// restart without a second server.
const PEER: f64 = 0.12;

pub fn measure() -> Result<Vec<Measure>> {
    let mut databases = Databases::postgres()?;
    let mut measures = checks(&mut databases)?;
    measures.extend(log_in::measure_in(&mut databases)?);
    measures.extend(million::measure_in(&mut databases)?);
    Ok(measures)
}

fn checks(databases: &mut Databases) -> Result<Vec<Measure>> {
    let (in_postgres, in_sqlite) = (databases.seed("postgres", "10000")?, Databases::Sqlite.seed("sqlite", "10000")?);
    let bare = Server::bare(8091)?;
    let postgres = Server::latchkey(8092, &in_postgres, &[], ONE_CORE)?;
    let sqlite = Server::latchkey(8093, &in_sqlite, &[], ONE_CORE)?;
    // All at once on the same core, because a machine's speed varies.
    let mut ratios = Vec::new();
    for round in 0..WARM_UP + ROUNDS {
        let limit = || Load::constants(&bare, &in_postgres.tokens);
        let checks = || Load::checks(&postgres, &in_postgres.tokens);
        let (limit, (ours, beside)) = both(limit, || both(checks, || Load::checks(&sqlite, &in_sqlite.tokens)))?;
        println!("      {round}: bare {limit}\n         cached: PostgreSQL {ours} | SQLite {beside}");
        if round >= WARM_UP {
            ratios.push((ours.per_core / beside.per_core, ours.per_core / limit.per_core));
        }
    }
    let (beside_sqlite, beside_bare): (Vec<_>, Vec<_>) = ratios.into_iter().unzip();
    println!("      cached checks on PostgreSQL, beside the bare handler: {:.2}", median(beside_bare));
    let peak_memory = postgres.peak_memory()?;
    drop((postgres, sqlite));

    let uncached = Server::latchkey(8092, &in_postgres, &["--cache-staleness", "0s"], ONE_CORE)?;
    let mut cold = Vec::new();
    // One after the other, as the peer was measured: a server that waits for its store suffers more than others from a busy core.
    for round in 0..ROUNDS {
        let limit = Load::constants(&bare, &in_postgres.tokens)?;
        let ours = Load::checks(&uncached, &in_postgres.tokens)?;
        println!("      {round}: bare {limit} | every check from the store {ours}");
        println!("         per core of the server: {:.0} | {:.0}", limit.per_core, ours.per_core);
        cold.push(ours.per_core / limit.per_core);
    }
    Ok(vec![
        Measure::at_least("cached checks per core, beside SQLite", median(beside_sqlite), 0.95),
        Measure::at_most("peak memory with 10 000 sessions in MB", peak_memory, 40.0),
        Measure::at_least("checks from the store per core of the server, beside bare", median(cold), PEER),
    ])
}
