//! Measures checks under overload: at a fixed rate that the store cannot sustain, while a SQL shell holds the store's lock,
//! an address floods log-ins, sessions end, and the process is suspended for longer than its lease.

use super::database::Databases;
use super::server::{Load, ONE_CORE, Server};
use super::{Measure, example};
use crate::shell;
use anyhow::{Context, Result};
use std::process::Command;

pub fn measure() -> Result<Vec<Measure>> {
    let database = Databases::Sqlite.seed("overload", "10000")?;
    let without_cache = Server::latchkey(8096, &database, &["--cache-staleness", "0s"], ONE_CORE)?;
    let cold = Load::checks(&without_cache, &database.tokens)?;
    drop(without_cache);
    println!("      every check from the store: {cold}");

    let latchkey = Server::latchkey(8097, &database, &[], ONE_CORE)?;
    let rate = format!("{:.0}", 2.0 * cold.rate);
    let mut overload = Command::new("taskset");
    overload.args(["--cpu-list", "1"]).arg(example("overload")?).args([&database.url, "127.0.0.1:8097"]);
    overload.arg(&database.tokens).args([&rate, &latchkey.process_id().to_string()]);
    let output = shell::output(&mut overload).context("the load failed")?;
    let numbers: Vec<f64> = output.lines().map_while(|line| line.parse().ok()).collect();
    let [wrong, answers, refused, until_trusted_ms, p99_ms] = numbers[..] else {
        anyhow::bail!("the load printed {output:?}")
    };
    println!("      {rate} checks/s: {answers} answers, {refused} of them 503");
    Ok(vec![
        Measure::at_most("wrong answers under overload", wrong, 0.0),
        Measure::at_most("p99 of checks while a SQL shell holds the lock in ms", p99_ms, 100.0),
        Measure::at_most("from resumption to the last 503 in ms", until_trusted_ms, 2000.0),
    ])
}
