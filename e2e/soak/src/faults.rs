//! The faults, and the one who injects them.

use std::time::Duration;

use anyhow::Result;
use fastrand::Rng;
use tokio::time::{sleep, timeout};

use crate::{
    model::{At, Kind, Violation},
    stand::Stand,
    world::World,
};

/// How long after a fault every replica has to be ready again.
const BACK: Duration = Duration::from_secs(10);

/// The time after each round without a fault, longer than answers may be missing after the last one.
const CALM_MS: std::ops::Range<u64> = 5000..7000;

/// A fault. What it breaks is whole again after it.
#[derive(Clone, Copy, Debug)]
enum Fault {
    ReplicaKilled,
    ReplicaSuspended,
    NetworkCut,
    NetworkDead,
    FollowersCut,
    DatabaseStopped,
    DatabaseCrashed,
    ProxyReloaded,
}

/// Injects faults until an instant: in rounds of all kinds in random order, each with a calm time at its end.
pub async fn run(world: &World, stand: &Stand, mut rng: Rng, until: At) -> Result<()> {
    loop {
        let mut round = Fault::ALL;
        rng.shuffle(&mut round);
        for fault in round {
            world.pause(&mut rng, 300..1500).await;
            if world.witness.now() >= until {
                return Ok(());
            }
            let begun = world.witness.begin_fault(fault.name());
            let injected = fault.inject(stand, &mut rng).await;
            world.witness.end_fault(&begun);
            injected?;
            until_ready(world, stand, fault.name()).await;
        }
        world.pause(&mut rng, CALM_MS).await;
    }
}

/// Waits until every replica is ready again.
async fn until_ready(world: &World, stand: &Stand, fault: &str) {
    let mut stalls = world.witness.tally().stalls;
    while timeout(BACK, stand.until_ready()).await.is_err() {
        let stalls_before = std::mem::replace(&mut stalls, world.witness.tally().stalls);
        // On a machine that is busy with other work, it takes as long as it takes.
        if stalls == stalls_before {
            let what = format!("after '{fault}' a replica was not ready in {} s", BACK.as_secs());
            return world.witness.report(Violation::new(Kind::Wrong, what));
        }
    }
}

impl Fault {
    const ALL: [Self; 8] = [
        Self::ReplicaKilled,
        Self::ReplicaSuspended,
        Self::NetworkCut,
        Self::NetworkDead,
        Self::FollowersCut,
        Self::DatabaseStopped,
        Self::DatabaseCrashed,
        Self::ProxyReloaded,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::ReplicaKilled => "replica killed",
            Self::ReplicaSuspended => "replica suspended",
            Self::NetworkCut => "network cut",
            Self::NetworkDead => "network dead",
            Self::FollowersCut => "followers' connections cut",
            Self::DatabaseStopped => "database stopped",
            Self::DatabaseCrashed => "database crashed",
            Self::ProxyReloaded => "proxy reloaded",
        }
    }

    async fn inject(self, stand: &Stand, rng: &mut Rng) -> Result<()> {
        let mut for_ms = |ms| sleep(Duration::from_millis(rng.u64(ms)));
        let (short, long) = (for_ms(200..1500), for_ms(2000..4500));
        let replica = &stand.replicas[rng.usize(..stand.replicas.len())];
        match self {
            Self::ReplicaKilled => {
                let replica = &stand.replicas[rng.usize(..stand.replicas.len() - 1)];
                replica.kill().await?;
                short.await;
                replica.start_again().await
            }
            Self::ReplicaSuspended => {
                replica.suspend().await?;
                long.await;
                replica.resume().await
            }
            Self::NetworkCut => {
                replica.gate.cut();
                short.await;
                replica.gate.open();
                Ok(())
            }
            Self::NetworkDead => {
                replica.gate.swallow();
                long.await;
                replica.gate.open();
                Ok(())
            }
            Self::FollowersCut => stand.cut_followers().await,
            Self::DatabaseStopped => {
                stand.control_database(|cluster| cluster.stop()).await?;
                short.await;
                stand.control_database(|cluster| cluster.start_again()).await
            }
            Self::DatabaseCrashed => stand.control_database(|cluster| cluster.restart()).await,
            Self::ProxyReloaded => stand.proxy.reload(),
        }
    }
}
