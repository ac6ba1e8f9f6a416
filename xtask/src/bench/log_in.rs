//! Measures log-ins: their effect on checks, their rate, and whether their timing reveals that an account exists.

use super::database::Databases;
use super::server::{ALL_CORES, Load, LogIns, Server};
use super::{Measure, both, example, median};
use crate::shell;
use anyhow::{Context, Result};
use std::process::Command;

const ROUNDS: usize = 5;

pub fn measure() -> Result<Vec<Measure>> {
    measure_in(&mut Databases::Sqlite)
}

pub fn measure_in(databases: &mut Databases) -> Result<Vec<Measure>> {
    let database = databases.seed("log-in", "10000")?;
    let arguments = ["--login-rate", "0", "--hash-threads", "1"];
    let latchkey = Server::latchkey(8093, &database, &arguments, ALL_CORES)?;

    let (mut rates, mut p99s, mut differences) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let limit = shell::output(&mut Command::new(example("hash")?)).context("hash failed")?.parse::<f64>()?;
        let log_ins = || Load::log_ins(&latchkey, LogIns::Right, 4, round);
        let (log_ins, checks) = both(log_ins, || Load::steady_checks(&latchkey, &database.tokens))?;
        let wrong = || Load::log_ins(&latchkey, LogIns::Wrong, 1, round);
        let (wrong, unknown) = both(wrong, || Load::log_ins(&latchkey, LogIns::Unknown, 1, round))?;
        println!("      {round}: {limit:.0} hashes/s alone | log-ins {log_ins} | checks meanwhile {checks}");
        println!("         wrong password {wrong} | unknown account {unknown}");
        rates.push(log_ins.rate / limit);
        p99s.push(checks.p99_ms);
        differences.push(unknown.p50_ms / wrong.p50_ms - 1.0);
    }
    let difference = median(differences).abs();
    Ok(vec![
        Measure::at_least("log-ins, beside hashing alone", median(rates), 0.9),
        Measure::at_most("p99 of checks during log-ins in ms", median(p99s), 5.0),
        Measure::at_most("unknown account from wrong password, medians apart by", difference, 0.03),
    ])
}
