//! `cargo xtask bench`: measures the performance targets, each against a baseline in the same run where there is one.

mod check;
mod database;
mod growth;
mod log_in;
mod million;
mod overload;
mod person;
mod postgres;
mod server;
mod size;
mod start;

use crate::{build, shell, steps, system, tools, unpacked};
use anyhow::{Context, Result, anyhow, ensure};
use std::fs;
use std::path::PathBuf;

/// A measured value and its target.
struct Measure {
    what: String,
    value: f64,
    bar: Bar,
}

enum Bar {
    AtLeast(f64),
    AtMost(f64),
}

/// Runs all parts of the bench, or one.
pub fn bench(part: Option<&str>) -> Result<()> {
    type Part = (&'static str, fn() -> Result<Vec<Measure>>);
    const PARTS: [Part; 9] = [
        ("check", check::measure),
        ("log-in", log_in::measure),
        ("million", million::measure),
        ("overload", overload::measure),
        ("person", person::measure),
        ("postgres", postgres::measure),
        ("size", size::measure),
        ("start", start::measure),
        ("growth", growth::measure),
    ];
    let parts: Vec<_> = PARTS.into_iter().filter(|(name, _)| part.is_none_or(|part| part == *name)).collect();
    ensure!(!parts.is_empty(), "no such part of the bench; there are: {}", PARTS.map(|(name, _)| name).join(", "));

    // Every part measures the server with the app, as it is deployed.
    let steps = [
        build::SERVER_WITH_ALL,
        tools::WASM_TARGET,
        tools::WASM_BINDGEN,
        tools::TRUNK,
        build::SPA,
        build::COMPRESSED,
        ("the baselines", examples),
        ("wrk", system::wrk),
        ("nginx", unpacked::get_nginx),
        ("PostgreSQL", system::get_postgres),
    ];
    steps::all(&steps, |_| "cargo xtask bench".to_owned())?;
    let _ = fs::remove_dir_all(folder()?);
    fs::create_dir_all(folder()?)?;

    let mut measures = Vec::new();
    for (name, measure) in parts {
        println!("\n{name}");
        measures.push((name, measure().with_context(|| format!("cannot measure {name}"))?));
    }
    for (name, measures) in &measures {
        println!("\n{name}");
        for Measure { what, value, bar } in measures {
            println!("      {what:60} {value:6.2}   target: {bar}");
        }
    }
    let measures = measures.iter().flat_map(|(_, measures)| measures);
    let missed = measures.clone().filter(|measure| !measure.bar.holds(measure.value)).count();
    ensure!(missed == 0, "{missed} of {} targets missed", measures.count());
    Ok(())
}

impl Measure {
    fn at_least(what: impl Into<String>, value: f64, bar: f64) -> Self {
        Self { what: what.into(), value, bar: Bar::AtLeast(bar) }
    }

    fn at_most(what: impl Into<String>, value: f64, bar: f64) -> Self {
        Self { what: what.into(), value, bar: Bar::AtMost(bar) }
    }
}

impl Bar {
    fn holds(&self, value: f64) -> bool {
        match self {
            Self::AtLeast(least) => value >= *least,
            Self::AtMost(most) => value <= *most,
        }
    }
}

impl std::fmt::Display for Bar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::AtLeast(least) => write!(f, "at least {least}"),
            Self::AtMost(most) => write!(f, "at most {most}"),
        }
    }
}

fn examples() -> Result<()> {
    shell::run(&mut shell::command("cargo build --release --package latchkey-backend --features postgres --examples"))
}

/// The path of a program of `backend/examples`.
fn example(name: &str) -> Result<PathBuf> {
    Ok(build::target()?.join("release/examples").join(name))
}

fn folder() -> Result<PathBuf> {
    Ok(build::target()?.join("bench"))
}

/// Runs two functions at once, so that the machine is equally fast for both.
fn both<A: Send, B>(one: impl FnOnce() -> Result<A> + Send, other: impl FnOnce() -> Result<B>) -> Result<(A, B)> {
    std::thread::scope(|scope| {
        let one = scope.spawn(one);
        let other = other();
        Ok((one.join().map_err(|_| anyhow!("a thread panicked"))??, other?))
    })
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
