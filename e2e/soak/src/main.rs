//! `cargo xtask soak`: browsers and an operator use three replicas behind nginx on one PostgreSQL, while faults are injected. A model says
//! which answers are right.
//!
//! `latchkey-soak SECONDS SEED` reads the paths of the two programs from `LATCHKEY_BIN` and `NGINX_BIN`, and writes logs into `SOAK_LOGS`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool prints its results")]

mod model;

mod api;
mod witness;
mod world;

mod browser;
mod operator;
mod prober;

mod faults;
mod memory;
mod stalls;
mod stand;

mod audit;
mod report;

use std::{env, path::PathBuf, process::ExitCode, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use fastrand::Rng;
use tokio::{
    select,
    signal::unix::{SignalKind, signal},
    task::JoinSet,
    time::sleep,
};

use api::Api;
use browser::Browser;
use model::{Kind, PasswordKey, UserKey, Violation};
use report::Report;
use stand::Stand;
use world::World;

const USERS: usize = 12;
const BROWSERS_PER_USER: usize = 3;
const PROBERS: usize = 4;

/// The longest time until a replica counts as warm.
const WARM_UP: Duration = Duration::from_secs(15);

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = select! {
        outcome = soak() => outcome,
        // What was started is dropped, which ends it.
        () = interrupted() => Err(anyhow::anyhow!("interrupted")),
    };
    match outcome {
        Ok(report) => {
            print!("{}", report.details());
            println!("{}", report.summary());
            if report.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            eprintln!("soak: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn soak() -> Result<Report> {
    let numbers: Option<Vec<u64>> = env::args().skip(1).map(|number| number.parse().ok()).collect();
    let Some([seconds, seed]) = numbers.as_deref() else { anyhow::bail!("usage: latchkey-soak SECONDS SEED") };
    let (length, seed) = (Duration::from_secs(*seconds), *seed);
    let path = |variable| env::var_os(variable).map(PathBuf::from).with_context(|| format!("{variable} is not set"));
    let stand = Stand::start(&path("LATCHKEY_BIN")?, &path("NGINX_BIN")?, path("SOAK_LOGS")?).await?;
    let stand = Arc::new(stand);
    let world = Arc::new(World::new(Api::new(stand.proxy.site.clone())?, USERS));
    for (number, email) in world.users.iter().enumerate() {
        stand.commands.add_user(email, PasswordKey(u32::try_from(number)?)).await?;
    }

    let mut rng = Rng::with_seed(seed);
    let (mut browsers, mut others) = (JoinSet::new(), JoinSet::new());
    for number in 0..USERS * BROWSERS_PER_USER {
        let browser = Browser::new(world.clone(), UserKey(number / BROWSERS_PER_USER), number, rng.fork());
        browsers.spawn(browser.run());
    }
    for number in 0..PROBERS {
        others.spawn(prober::run(world.clone(), number, rng.fork()));
    }
    others.spawn(operator::run(world.clone(), stand.commands.clone(), rng.fork()));
    let stalls = tokio::spawn(stalls::notice(world.clone(), stand.clone()));

    let begun = world.witness.now();
    let warm_up = WARM_UP.min(length / 4);
    let work = async {
        let memory = memory::watch(&world, &stand, warm_up);
        let faults = async {
            sleep(warm_up / 2).await;
            let faults = faults::run(&world, &stand, rng.fork(), begun + length).await;
            world.finish();
            faults
        };
        let (memories, faults) = tokio::join!(memory, faults);
        faults?;
        memories
    };
    let memories = work.await?;
    let held = browsers.join_all().await.into_iter().flatten().collect();
    others.join_all().await;
    let (took, excused) = (world.witness.now() - begun, world.witness.oracle().excused());
    audit::run(&world, &stand, held, &mut rng).await;
    stalls.abort();
    for replica in stand.replicas.iter().filter(|replica| replica.has_panicked()) {
        let what = format!("replica {} panicked: see its log", replica.number);
        world.witness.report(Violation::new(Kind::Wrong, what));
    }
    let tally = world.witness.tally().clone();
    Ok(Report { tally, memories, took, excused, seed })
}

/// Waits for Ctrl-C or SIGTERM.
async fn interrupted() {
    let signals = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
    let (Ok(mut interrupt), Ok(mut terminate)) = signals else { return std::future::pending().await };
    select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}
