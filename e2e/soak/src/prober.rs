//! Tries sessions that have ended, again and again.

use std::sync::Arc;

use fastrand::Rng;

use crate::{model::Request, world::World};

/// The numbers of probers' browsers begin here.
const FIRST_BROWSER: usize = 100_000;

/// Tries sessions that have ended until everybody stops.
pub async fn run(world: Arc<World>, number: usize, mut rng: Rng) {
    while !world.is_over() {
        world.pause(&mut rng, 10..50).await;
        let Some(ghost) = world.ghost(&mut rng) else { continue };
        let request = match rng.u32(0..20) {
            0 => Request::Refresh(ghost.id),
            1 => Request::List(ghost.id),
            _ => Request::Check(ghost.id),
        };
        world.ask(&request, ghost.user, FIRST_BROWSER + number, Some(&ghost.cookie)).await;
    }
}
