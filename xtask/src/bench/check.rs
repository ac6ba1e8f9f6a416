//! Compares the session check with an actix-web handler that answers a constant, both on one core.

use super::database::Databases;
use super::server::{Load, ONE_CORE, Server};
use super::{Measure, both, median};
use anyhow::Result;

const ROUNDS: usize = 5;

pub fn measure() -> Result<Vec<Measure>> {
    let database = Databases::Sqlite.seed("check", "10000")?;
    let bare = Server::bare(8091)?;
    let latchkey = Server::latchkey(8092, &database, &[], ONE_CORE)?;

    // Both run at once on the same core, because a machine's speed varies; the CPU time is counted per process. The first
    // round only warms them up.
    let mut rounds = Vec::new();
    for round in 0..=ROUNDS {
        let limit = || Load::constants(&bare, &database.tokens);
        let (limit, ours) = both(limit, || Load::checks(&latchkey, &database.tokens))?;
        println!("      {round}: bare {limit} | latchkey {ours} | {:.3}", ours.per_core / limit.per_core);
        if round > 0 {
            rounds.push((ours.per_core / limit.per_core, ours.p99_ms / limit.p99_ms));
        }
    }
    let (rates, p99s) = rounds.into_iter().unzip();

    // One after the other, each has the core and its caches for itself.
    let mut alone = Vec::new();
    for round in 1..=ROUNDS {
        let limit = Load::constants(&bare, &database.tokens)?;
        let ours = Load::checks(&latchkey, &database.tokens)?;
        println!("      {round}: bare alone {limit} | latchkey alone {ours} | {:.3}", ours.per_core / limit.per_core);
        alone.push(ours.per_core / limit.per_core);
    }
    Ok(vec![
        Measure::at_least("checks per core, beside the bare handler", median(rates), 0.85),
        Measure::at_least("checks per core, after the bare handler", median(alone), 0.92),
        Measure::at_most("p99 of checks, beside the bare handler", median(p99s), 1.5),
        Measure::at_most("peak memory with 10 000 sessions in MB", latchkey.peak_memory()?, 30.0),
    ])
}
