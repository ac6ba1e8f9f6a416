//! Compares the session check with an actix-web handler that answers a constant, both on one core.

use super::server::{Load, Server};
use super::{Bar, Measure, both, example, median, seed};
use crate::build;
use anyhow::Result;

const ROUNDS: usize = 5;

pub fn measure() -> Result<Vec<Measure>> {
    let (database, tokens) = seed("check", "10000")?;
    let bare = Server::start(&example("bare")?, &["127.0.0.1:8091"], 8091, Some("0"))?;
    let arguments = ["serve", "--listen", "127.0.0.1:8092", "--database-url", &database];
    let latchkey = Server::start(&build::latchkey()?, &arguments, 8092, Some("0"))?;

    // Both run at once on the same core, because a machine's speed varies; the CPU time is counted per process. The first
    // round only warms them up.
    let mut rounds = Vec::new();
    for round in 0..=ROUNDS {
        let limit = || Load::checks(&bare, "/", &tokens);
        let (limit, ours) = both(limit, || Load::checks(&latchkey, "/api/verify-session", &tokens))?;
        println!("      {round}: bare {limit} | latchkey {ours} | {:.2}", ours.per_core / limit.per_core);
        if round > 0 {
            rounds.push((ours.per_core / limit.per_core, ours.p99_ms / limit.p99_ms));
        }
    }
    let (rates, p99s) = rounds.into_iter().unzip();
    Ok(vec![
        Measure { what: "checks per core, beside the bare handler", value: median(rates), bar: Bar::AtLeast(0.85) },
        Measure { what: "p99 of checks, beside the bare handler", value: median(p99s), bar: Bar::AtMost(1.5) },
        Measure {
            what: "peak memory with 10 000 sessions in MB",
            value: latchkey.peak_memory()?,
            bar: Bar::AtMost(40.0),
        },
    ])
}
