//! `cargo xtask bench`: what a check of the session costs, beside an actix-web handler that does nothing.

mod server;

use crate::{build, shell, steps, system};
use anyhow::{Context, Result, ensure};
use server::{Load, Server};
use std::fs::{self, File};
use std::process::Command;

const ROUNDS: usize = 5;
const SESSIONS: &str = "10000";

// The bar. The first two are beside the bare handler.
const REQUESTS: f64 = 0.85;
const P99: f64 = 1.5;
const MEGABYTES: f64 = 40.0;

pub fn bench() -> Result<()> {
    let steps = [build::SERVER, ("the bare handler and the sessions", examples), ("wrk", system::wrk)];
    steps::all(&steps, |_| "cargo xtask bench".to_owned())?;

    let folder = build::target()?.join("bench");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let database = format!("sqlite://{}", folder.join("latchkey.db").display());
    let tokens = folder.join("tokens");
    shell::run(Command::new(example("seed")?).args([&database, SESSIONS]).stdout(File::create(&tokens)?))?;

    let bare = Server::start(&example("bare")?, &["127.0.0.1:8091"], 8091, "/")?;
    let arguments = ["serve", "--listen", "127.0.0.1:8092", "--database-url", &database];
    let latchkey = Server::start(&path(&build::latchkey()?)?, &arguments, 8092, "/api/verify-session")?;

    // Rounds alternate, because a machine is not equally fast all the time. The first only warms both up.
    let mut rounds = Vec::new();
    for round in 0..=ROUNDS {
        let (limit, ours) = (bare.load(&tokens)?, latchkey.load(&tokens)?);
        println!("      {round}: bare {limit} | latchkey {ours} | {:.2}", ours.rate / limit.rate);
        if round > 0 {
            rounds.push((limit, ours));
        }
    }
    let requests = median(&rounds, |(limit, ours)| ours.rate / limit.rate);
    let p99 = median(&rounds, |(limit, ours)| ours.p99 / limit.p99);
    let megabytes = latchkey.peak_memory()?;

    println!(
        "\n      GET /api/verify-session with {SESSIONS} sessions, median of {ROUNDS} rounds beside the bare handler:"
    );
    println!("      requests per core   {requests:.2}   the bar: at least {REQUESTS}");
    println!("      99th percentile     {p99:.2}   the bar: at most {P99}");
    println!("      peak memory in MB   {megabytes:.1}   the bar: at most {MEGABYTES}");
    ensure!(requests >= REQUESTS && p99 <= P99 && megabytes <= MEGABYTES, "below the bar");
    Ok(())
}

fn examples() -> Result<()> {
    shell::run(&mut shell::command("cargo build --release --package latchkey-backend --examples"))
}

fn example(name: &str) -> Result<String> {
    path(&build::target()?.join("release/examples").join(name))
}

fn path(path: &std::path::Path) -> Result<String> {
    path.to_str().map(str::to_owned).context("a path that is no text")
}

fn median(rounds: &[(Load, Load)], of: fn(&(Load, Load)) -> f64) -> f64 {
    let mut values: Vec<_> = rounds.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
