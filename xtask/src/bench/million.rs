//! Compares a store of a million sessions with one of a thousand, and measures log-ins during a sweep of 100 000 ended ones.

use super::server::{Load, LogIns, Server};
use super::{Bar, Measure, both, fill, median, seed};
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
        // No session is old enough to be swept before the ended ones are added below.
        let sweeping = ["--sweep-every", "1s", "--session-retention", "30d"];
        Server::start(&build::latchkey()?, &[&arguments[..], &sweeping].concat(), port, Some("0"))
    };
    let (thousand, million) = (serve(8094, &small)?, serve(8095, &large)?);

    let (mut checks, mut log_ins, mut lists) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let small = || Load::checks(&thousand, "/api/verify-session", &few);
        let (a, b) = both(small, || Load::checks(&million, "/api/verify-session", &tokens))?;
        let small = || Load::log_ins(&thousand, LogIns::Right, 1, round);
        let (c, d) = both(small, || Load::log_ins(&million, LogIns::Right, 1, round))?;
        let small = || Load::lists(&thousand, &few);
        let (e, f) = both(small, || Load::lists(&million, &tokens))?;
        println!("      {round}: checks {a} | {b}\n         log-ins {c} | {d}\n         lists {e} | {f}");
        lists.push(f.per_core / e.per_core);
        checks.push(b.per_core / a.per_core);
        log_ins.push(c.p50_ms / d.p50_ms);
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
    fill(&large, "ended", "100000")?;
    let sweeping = during("while 100 000 ended sessions are swept")?;
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
            what: "lists of a user's sessions with a million, beside a thousand",
            value: median(lists),
            bar: Bar::AtLeast(0.9),
        },
        Measure {
            what: "p99 of log-ins during a sweep, beside before",
            value: sweeping / before,
            bar: Bar::AtMost(2.0),
        },
    ])
}
