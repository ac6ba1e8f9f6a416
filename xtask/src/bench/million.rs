//! A million sessions in the store beside a thousand, and a hundred thousand ended ones swept while people log in.

use super::server::{Load, LogIns, Server};
use super::{Bar, Measure, fill, median, seed};
use crate::build;
use anyhow::Result;

const ROUNDS: usize = 5;

pub fn measure() -> Result<Vec<Measure>> {
    let (small, few) = seed("thousand", "1000")?;
    let (large, tokens) = seed("million", "1000")?;
    fill(&large, "active", "1000000")?;
    let serve = |port: u16, database: &str| {
        let listen = format!("127.0.0.1:{port}");
        let arguments = ["serve", "--listen", &listen, "--database-url", database, "--login-rate", "0"];
        // Nothing is old enough to be swept until it is put there below.
        let sweeping = ["--sweep-every", "1s", "--session-retention", "30d"];
        Server::start(&build::latchkey()?, &[&arguments[..], &sweeping].concat(), port, Some("0"))
    };
    let (thousand, million) = (serve(8094, &small)?, serve(8095, &large)?);

    let (mut checks, mut log_ins, mut before) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let (a, b) = (
            Load::checks(&thousand, "/api/verify-session", &few)?,
            Load::checks(&million, "/api/verify-session", &tokens)?,
        );
        let (c, d) =
            (Load::log_ins(&thousand, LogIns::Right, 1, round)?, Load::log_ins(&million, LogIns::Right, 1, round)?);
        println!("      {round}: checks {a} | {b}\n         log-ins {c} | {d}");
        checks.push(b.per_core / a.per_core);
        log_ins.push(c.p50_ms / d.p50_ms);
        before.push(d.p99_ms);
    }

    fill(&large, "ended", "100000")?;
    let mut during = Vec::new();
    for round in 0..ROUNDS {
        let load = Load::log_ins(&million, LogIns::Right, 1, round)?;
        println!("      {round}: log-ins while 100 000 ended sessions are swept {load}");
        during.push(load.p99_ms);
    }
    Ok(vec![
        Measure {
            what: "checks with a million sessions, beside a thousand",
            value: median(checks),
            bar: Bar::AtLeast(0.9),
        },
        Measure {
            what: "log-ins with a million sessions, beside a thousand",
            value: median(log_ins),
            bar: Bar::AtLeast(0.9),
        },
        Measure {
            what: "p99 of log-ins during a sweep, beside before",
            value: median(during) / median(before),
            bar: Bar::AtMost(2.0),
        },
    ])
}
