//! The last look: when all is quiet, every replica is asked about every session.

use fastrand::Rng;
use tokio::time::sleep;

use crate::{
    model::Request,
    stand::Stand,
    world::{Holding, STALENESS, World},
};

/// Most ended sessions that are tried at the end.
const GHOSTS: usize = 300;

/// The number of the browser that asks.
const BROWSER: usize = 200_000;

/// Asks every replica about all sessions that browsers hold, and many that have ended.
pub async fn run(world: &World, stand: &Stand, mut held: Vec<Holding>, rng: &mut Rng) {
    stand.until_ready().await;
    sleep(2 * STALENESS).await;
    let mut ghosts = world.ghosts();
    rng.shuffle(&mut ghosts);
    held.extend(ghosts.into_iter().take(GHOSTS));
    for Holding { user, id, cookie } in &held {
        for replica in &stand.replicas {
            world.ask_at(&replica.api, &Request::Check(id.clone()), *user, BROWSER, Some(cookie)).await;
        }
    }
}
