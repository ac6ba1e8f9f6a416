//! Measures log-ins: their effect on checks, their rate, and whether their timing reveals that an account exists.

use super::server::{Load, LogIns, Server};
use super::{Bar, Measure, both, example, median, seed};
use crate::{build, shell};
use anyhow::{Context, Result};
use std::process::Command;

const ROUNDS: usize = 5;

pub fn measure() -> Result<Vec<Measure>> {
    let (database, tokens) = seed("log-in", "10000")?;
    let arguments = [
        "serve",
        "--listen",
        "127.0.0.1:8093",
        "--database-url",
        &database,
        "--login-rate",
        "0",
        "--hash-threads",
        "1",
    ];
    let latchkey = Server::start(&build::latchkey()?, &arguments, 8093, None)?;

    let (mut rates, mut p99s, mut differences) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let limit = shell::output(&mut Command::new(example("hash")?)).context("hash failed")?.parse::<f64>()?;
        let log_ins = || Load::log_ins(&latchkey, LogIns::Right, 4, round);
        let (log_ins, checks) = both(log_ins, || Load::steady_checks(&latchkey, "/api/verify-session", &tokens))?;
        let wrong = || Load::log_ins(&latchkey, LogIns::Wrong, 1, round);
        let (wrong, unknown) = both(wrong, || Load::log_ins(&latchkey, LogIns::Unknown, 1, round))?;
        println!("      {round}: {limit:.0} hashes/s alone | log-ins {log_ins} | checks meanwhile {checks}");
        println!("         wrong password {wrong} | unknown account {unknown}");
        rates.push(log_ins.rate / limit);
        p99s.push(checks.p99_ms);
        differences.push(unknown.p50_ms / wrong.p50_ms - 1.0);
    }
    Ok(vec![
        Measure { what: "log-ins, beside hashing alone", value: median(rates), bar: Bar::AtLeast(0.9) },
        Measure { what: "p99 of checks during log-ins in ms", value: median(p99s), bar: Bar::AtMost(5.0) },
        Measure {
            what: "unknown account from wrong password, medians apart by",
            value: median(differences).abs(),
            bar: Bar::AtMost(0.03),
        },
    ])
}
