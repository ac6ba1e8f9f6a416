//! Two tabs of one browser, a server, and a clock that moves: what happens in whichever order, the promises hold that no
//! single story could prove. Every interleaving is tried to a small depth, and many long ones by chance (always the same).

mod model_server;
mod moves;
mod network;
mod promises;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use self::moves::{Move, moves};
use self::world::World;

/// How many things happen in a row where all are tried.
const DEPTH: usize = 3;
/// How many walks by chance, and how long they are.
const WALKS: u64 = 200_000;
const STEPS: usize = 40;

/// Everything that can happen to a machine. The two that only tests of the runtime know are not among them.
const EVENTS: [&str; 34] = [
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
    "Restored",
    "CallEnded",
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
    "SignOutRemembered",
    "Edited",
    "RefreshAnswered",
    "DialogLeft",
    "StreamMissed",
];

/// The shortest story of each promise that did not hold.
#[derive(Default)]
struct Findings {
    broken: BTreeMap<&'static str, Vec<String>>,
    seen: BTreeSet<String>,
}

impl Findings {
    fn take(&mut self, world: &World) {
        for promise in &world.broken {
            let known = self.broken.get(promise);
            if known.is_none_or(|known| known.len() > world.story.len()) {
                self.broken.insert(promise, world.story.clone());
            }
        }
        self.seen.extend(world.seen.iter().cloned());
    }
}

fn explore(world: &World, moves: &[Move], depth: usize, findings: &mut Findings) {
    for &step in moves {
        let mut next = world.clone();
        if !next.make(step) {
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
        world.make(moves[drawn % moves.len()]);
        if !world.broken.is_empty() {
            break;
        }
    }
}

fn hold(findings: &Findings) {
    assert!(findings.broken.is_empty(), "{:#?}", findings.broken);
}

#[test]
fn no_short_interleaving_breaks_a_promise() {
    let mut findings = Findings::default();
    let moves = moves();
    for world in [World::new(true, false), World::new(false, false), World::new(true, true)] {
        explore(&world, &moves, DEPTH, &mut findings);
    }
    hold(&findings);
}

#[test]
fn no_long_walk_breaks_a_promise() {
    let mut findings = Findings::default();
    let moves = moves();
    for seed in 1..=WALKS {
        let mut world = World::new(seed % 4 != 0, seed % 3 == 0);
        walk(seed, &mut world, &moves);
        findings.take(&world);
    }
    hold(&findings);
    let never: Vec<_> = EVENTS.into_iter().filter(|event| !findings.seen.contains(*event)).collect();
    assert_eq!(never, [""; 0], "every event happens");
}
