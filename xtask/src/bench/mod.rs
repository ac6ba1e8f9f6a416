//! `cargo xtask bench`: measures the performance targets, each against a baseline in the same run where there is one.

mod check;
mod log_in;
mod million;
mod overload;
mod person;
mod server;

use crate::{build, shell, steps, system};
use anyhow::{Context, Result, anyhow, ensure};
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::Command;

/// A measured value and its target.
struct Measure {
    what: &'static str,
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
    const PARTS: [Part; 5] = [
        ("check", check::measure),
        ("log-in", log_in::measure),
        ("million", million::measure),
        ("overload", overload::measure),
        ("person", person::measure),
    ];
    let parts: Vec<_> = PARTS.into_iter().filter(|(name, _)| part.is_none_or(|part| part == *name)).collect();
    ensure!(!parts.is_empty(), "no such part of the bench; there are: {}", PARTS.map(|(name, _)| name).join(", "));

    let steps = [build::SERVER, ("the baselines", examples), ("wrk", system::wrk)];
    steps::all(&steps, |_| "cargo xtask bench".to_owned())?;
    let _ = fs::remove_dir_all(folder()?);
    fs::create_dir_all(folder()?)?;

    let mut measures = Vec::new();
    for (name, measure) in parts {
        println!("\n{name}");
        measures.extend(measure().with_context(|| format!("cannot measure {name}"))?);
    }
    println!();
    for Measure { what, value, bar } in &measures {
        println!("      {what:60} {value:6.2}   target: {bar}");
    }
    let missed = measures.iter().filter(|measure| !measure.bar.holds(measure.value)).count();
    ensure!(missed == 0, "{missed} of {} targets missed", measures.len());
    Ok(())
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
    shell::run(&mut shell::command("cargo build --release --package latchkey-backend --examples"))
}

/// The path of a program of `backend/examples`.
fn example(name: &str) -> Result<PathBuf> {
    Ok(build::target()?.join("release/examples").join(name))
}

fn folder() -> Result<PathBuf> {
    Ok(build::target()?.join("bench"))
}

/// Creates a database with users who have so many sessions, and returns its URL and the file with their tokens.
fn seed(name: &str, sessions: &str) -> Result<(String, PathBuf)> {
    let url = format!("sqlite://{}", folder()?.join(name).with_extension("db").display());
    let tokens = folder()?.join(name).with_extension("tokens");
    shell::run(Command::new(example("seed")?).args([&url, "tokens", sessions]).stdout(File::create(&tokens)?))?;
    Ok((url, tokens))
}

/// Adds sessions that no client uses.
fn fill(database: &str, kind: &str, number: &str) -> Result<()> {
    shell::run(Command::new(example("seed")?).args([database, kind, number]))
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
