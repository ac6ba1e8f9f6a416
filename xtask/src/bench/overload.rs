//! Measures checks under overload: at a fixed rate that the store cannot sustain, while a SQL shell holds the store's lock,
//! an address floods log-ins, sessions end, and the process is suspended for longer than its lease.

use super::server::{Load, Server};
use super::{Bar, Measure, example, seed};
use crate::{build, shell};
use anyhow::{Context, Result};
use std::process::Command;

pub fn measure() -> Result<Vec<Measure>> {
    let (database, tokens) = seed("overload", "10000")?;
    let arguments = ["serve", "--listen", "127.0.0.1:8096", "--database-url", &database, "--cache-staleness", "0s"];
    let without_cache = Server::start(&build::latchkey()?, &arguments, 8096, Some("0"))?;
    let cold = Load::checks(&without_cache, "/api/verify-session", &tokens)?;
    drop(without_cache);
    println!("      every check from the store: {cold}");

    let arguments = ["serve", "--listen", "127.0.0.1:8097", "--database-url", &database];
    let latchkey = Server::start(&build::latchkey()?, &arguments, 8097, Some("0"))?;
    let rate = format!("{:.0}", 2.0 * cold.rate);
    let mut overload = Command::new("taskset");
    overload.args(["--cpu-list", "1"]).arg(example("overload")?).args([&database, "127.0.0.1:8097"]);
    overload.arg(&tokens).args([&rate, &latchkey.process_id().to_string()]);
    let output = shell::output(&mut overload).context("the load failed")?;
    let numbers: Vec<f64> = output.lines().map_while(|line| line.parse().ok()).collect();
    let [wrong, answers, refused, until_trusted_ms, p99_ms] = numbers[..] else {
        anyhow::bail!("the load printed {output:?}")
    };
    println!("      {rate} checks/s: {answers} answers, {refused} of them 503");
    Ok(vec![
        Measure { what: "wrong answers under overload", value: wrong, bar: Bar::AtMost(0.0) },
        Measure {
            what: "p99 of checks while a SQL shell holds the lock in ms",
            value: p99_ms,
            bar: Bar::AtMost(100.0),
        },
        Measure { what: "from resumption to the last 503 in ms", value: until_trusted_ms, bar: Bar::AtMost(2000.0) },
    ])
}
