//! `cargo xtask soak`: replicas under load and faults, judged by a model. The program is `e2e/soak`.

use crate::steps::{self, Step};
use crate::{build, shell, system, unpacked};
use anyhow::{Context, Result, bail};
use std::fs;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::process::Command;

const HELP: &str = "\
cargo xtask soak [--seconds N] [--seed N]: are answers right while things break?

Browsers and an operator use three replicas of the server behind nginx on a PostgreSQL cluster that is thrown away: they log in, check,
refresh, log out, end other sessions, change passwords, disable accounts and enable them. Meanwhile replicas are killed and suspended, the
database is stopped and crashes, networks are cut and go dead, nginx is reloaded. A model knows which answers are right.

  --seconds N   how long; 60 by default. One round of all faults with a calm time at its end takes about 30
  --seed N      repeats the choices of an earlier run, though not its timing

It ends with one line of figures. All but the requests, the faults and what was unavailable around them have to be 0:
  unavailable   requests without an answer (502, 503, 504, refused, too late): only faults explain them
  wrong         answers that contradict others, or that the API does not have
  lost          sessions that were refused though nothing had ended them
  resurrected   sessions that were used though they had ended, by more than LATCHKEY_CACHE_STALENESS before
  memory        growth of the replica that grew most since it was warm: at most 32 MiB

Logs are in target/soak.";

const STEPS: [Step; 4] =
    [build::SERVER_WITH_ALL, ("nginx", unpacked::get_nginx), ("PostgreSQL", system::get_postgres), BUILD];

const BUILD: Step = ("the soak", build);

/// The arguments of a soak.
#[derive(Debug, Default, PartialEq, Eq)]
struct Arguments {
    seconds: Option<u64>,
    seed: Option<u64>,
}

pub fn soak(arguments: &[&str]) -> Result<()> {
    if arguments.iter().any(|argument| ["--help", "-h"].contains(argument)) {
        println!("{HELP}");
        return Ok(());
    }
    let Arguments { seconds, seed } = parse(arguments)?;
    steps::all(&STEPS, |_| "cargo xtask soak".to_owned())?;
    run(seconds.unwrap_or(60), seed)
}

fn build() -> Result<()> {
    shell::run(&mut shell::command("cargo build --package latchkey-soak"))
}

fn run(seconds: u64, seed: Option<u64>) -> Result<()> {
    let folder = build::target()?.join("soak");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    // A new `RandomState` is random.
    let seed = seed.unwrap_or_else(|| RandomState::new().build_hasher().finish() % 1_000_000);
    let mut soak = Command::new(build::target()?.join("debug/latchkey-soak"));
    soak.args([seconds.to_string(), seed.to_string()]);
    soak.env("LATCHKEY_BIN", build::latchkey()?).env("NGINX_BIN", unpacked::NGINX.path()?).env("SOAK_LOGS", &folder);
    shell::run(&mut soak)
}

fn parse(arguments: &[&str]) -> Result<Arguments> {
    let mut parsed = Arguments::default();
    let mut words = arguments.iter().flat_map(|argument| argument.splitn(2, '='));
    while let Some(flag) = words.next() {
        let value = match flag {
            "--seconds" => &mut parsed.seconds,
            "--seed" => &mut parsed.seed,
            _ => bail!("no such option: {flag}\n\n{HELP}"),
        };
        let number = words.next().with_context(|| format!("{flag} needs a number"))?;
        *value = Some(number.parse().with_context(|| format!("{flag} needs a number, which {number:?} is not"))?);
    }
    Ok(parsed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_and_seed_are_numbers_in_any_order() {
        assert_eq!(parse(&[]).unwrap(), Arguments::default());
        let both = Arguments { seconds: Some(300), seed: Some(7) };
        assert_eq!(parse(&["--seed", "7", "--seconds", "300"]).unwrap(), both);
        assert_eq!(parse(&["--seconds=300", "--seed=7"]).unwrap(), both);
        for wrong in [&["--seconds"][..], &["--seconds", "long"], &["--minutes", "5"], &["60"]] {
            assert!(parse(wrong).is_err(), "{wrong:?}");
        }
    }
}
