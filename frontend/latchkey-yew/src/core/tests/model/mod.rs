//! A model of two tabs of one browser, a server and a moving clock. The invariants must hold in whatever order things happen:
//! all short interleavings are tried, and many long random ones with fixed seeds.

mod invariants;
mod model_server;
mod moves;
mod network;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use self::moves::{Move, moves};
use self::world::World;

/// The length of the interleavings that are tried exhaustively.
const DEPTH: usize = 3;
/// The number of random walks, and their length.
const WALKS: u64 = 200_000;
const STEPS: usize = 40;

/// The events that the model must produce: all but `InputSaved`.
const EVENTS: [&str; 36] = [
    "Started",
    "RouteChanged",
    "Checked",
    "UserFetched",
    "SignInRequested",
    "SignInAnswered",
    "SignOutRequested",
    "SignOutAnswered",
    "SignOutLate",
    "RetryDue",
    "DeadlineDue",
    "WentOffline",
    "WentOnline",
    "Resumed",
    "Left",
    "Restored",
    "SessionEndFound",
    "SessionChanged",
    "UserChanged",
    "ReplacementStarted",
    "SessionReplaced",
    "ReplacementFailed",
    "ReauthRequired",
    "TabReported",
    "EndStreamed",
    "UserStreamed",
    "WarningDue",
    "StayRequested",
    "UserActive",
    "ActivityDue",
    "StoredSignOutFound",
    "Edited",
    "RefreshAnswered",
    "ReauthDismissed",
    "StreamLost",
    "StreamInterrupted",
];

/// The shortest trace that breaks each invariant.
#[derive(Default)]
struct Findings {
    broken: BTreeMap<&'static str, Vec<String>>,
    seen: BTreeSet<String>,
}

impl Findings {
    fn take(&mut self, world: &World) {
        for invariant in &world.broken {
            let known = self.broken.get(invariant);
            if known.is_none_or(|known| known.len() > world.trace.len()) {
                self.broken.insert(invariant, world.trace.clone());
            }
        }
        self.seen.extend(world.seen.iter().cloned());
    }
}

fn explore(world: &World, moves: &[Move], depth: usize, findings: &mut Findings) {
    for &step in moves {
        let mut next = world.clone();
        if !next.try_move(step) {
            continue;
        }
        if depth > 1 && next.broken.is_empty() {
            explore(&next, moves, depth - 1, findings);
        } else {
            findings.take(&next);
        }
    }
}

fn walk(seed: u64, world: &mut World, moves: &[Move]) {
    let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    for _ in 0..STEPS {
        // xorshift64*
        random ^= random >> 12;
        random ^= random << 25;
        random ^= random >> 27;
        let drawn = usize::try_from(random.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33).unwrap();
        world.try_move(moves[drawn % moves.len()]);
        if !world.broken.is_empty() {
            break;
        }
    }
}

fn assert_none_broken(findings: &Findings) {
    assert!(findings.broken.is_empty(), "{:#?}", findings.broken);
}

#[test]
fn no_short_interleaving_breaks_an_invariant() {
    let mut findings = Findings::default();
    let moves = moves();
    for world in [World::new(true, false), World::new(false, false), World::new(true, true)] {
        explore(&world, &moves, DEPTH, &mut findings);
    }
    assert_none_broken(&findings);
}

#[test]
fn no_long_walk_breaks_an_invariant() {
    let mut findings = Findings::default();
    let moves = moves();
    for seed in 1..=WALKS {
        let mut world = World::new(seed % 4 != 0, seed % 3 == 0);
        walk(seed, &mut world, &moves);
        findings.take(&world);
    }
    assert_none_broken(&findings);
    let never: Vec<_> = EVENTS.into_iter().filter(|event| !findings.seen.contains(*event)).collect();
    assert_eq!(never, [""; 0], "every event happens");
}
