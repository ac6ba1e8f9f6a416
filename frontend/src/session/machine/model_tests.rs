//! Every interleaving of what can happen, to a depth, against a server that may end or begin sessions at any moment and
//! answers late. After every step the promises are checked that no single story could prove.

use latchkey_shared::{EndReason, SignedIn, User, Verified};

use super::test_bench::*;
use crate::session::answer::{Answer, SignInAnswer, SignOutAnswer};
use crate::session::notice::Notice;
use crate::session::signals::{Effect, Event};
use crate::session::state::SessionState;

/// How many things happen in a row.
const DEPTH: usize = 6;

/// What is on its way to the app, with the answer that the server had when it was asked.
#[derive(Clone)]
enum Flight {
    Check(u64, Answer<Verified>),
    Fetch(u64, Answer<User>),
    SignIn(SignInAnswer),
    SignOut(SignOutAnswer),
}

/// The app, the server, and what is between them.
#[derive(Clone)]
struct World {
    bench: Bench,
    /// Whether the cookie of this browser opens a session.
    server_active: bool,
    flights: Vec<Flight>,
    /// Whether the app has heard of the end of the server's last session: nothing but a new sign-in may make it active.
    known_end: bool,
}

#[derive(Clone, Copy, Debug)]
enum Move {
    RouteChanged,
    SignIn,
    SignOut,
    EndOnServer,
    SignInElsewhere,
    Offline,
    RetryDue,
    OldestLands,
    NewestLands,
    OldestIsLost,
}

const MOVES: [Move; 10] = [
    Move::RouteChanged,
    Move::SignIn,
    Move::SignOut,
    Move::EndOnServer,
    Move::SignInElsewhere,
    Move::Offline,
    Move::RetryDue,
    Move::OldestLands,
    Move::NewestLands,
    Move::OldestIsLost,
];

impl World {
    fn new(bench: Bench) -> Self {
        let server_active = bench.user().is_some();
        let mut world = Self {
            bench,
            server_active,
            flights: Vec::new(),
            known_end: !server_active,
        };
        if !server_active {
            let generation = world.bench.generation;
            world
                .flights
                .push(Flight::Check(generation, Answer::Ended(EndReason::SessionMissing)));
        }
        world
    }

    /// Makes a move, if it is possible.
    fn make(&mut self, step: Move) -> bool {
        match step {
            Move::RouteChanged => self.happens(Event::RouteChanged),
            Move::SignIn => self.happens(Event::SignInAsked(login())),
            Move::SignOut => self.happens(Event::SignOutAsked),
            Move::EndOnServer => self.server_active = false,
            Move::SignInElsewhere => {
                self.server_active = true;
                self.known_end = false;
            }
            Move::Offline => self.happens(Event::WentOffline),
            Move::RetryDue => self.happens(Event::RetryDue),
            Move::OldestLands | Move::NewestLands | Move::OldestIsLost if self.flights.is_empty() => return false,
            Move::OldestLands => self.lands(0, false),
            Move::NewestLands => self.lands(self.flights.len() - 1, false),
            Move::OldestIsLost => self.lands(0, true),
        }
        true
    }

    fn lands(&mut self, index: usize, lost: bool) {
        let event = match self.flights.remove(index) {
            Flight::Check(generation, _) if lost => Event::Checked {
                generation,
                answer: cannot_tell(),
            },
            Flight::Fetch(generation, _) if lost => Event::UserFetched {
                generation,
                answer: cannot_tell(),
            },
            Flight::SignIn(_) if lost => Event::SignInAnswered(SignInAnswer::CannotTell(String::new())),
            Flight::SignOut(_) if lost => Event::SignOutAnswered(SignOutAnswer::CannotTell),
            Flight::Check(generation, answer) => Event::Checked { generation, answer },
            Flight::Fetch(generation, answer) => Event::UserFetched { generation, answer },
            Flight::SignIn(answer) => Event::SignInAnswered(answer),
            Flight::SignOut(answer) => Event::SignOutAnswered(answer),
        };
        self.happens(event);
    }

    fn happens(&mut self, event: Event) {
        let was = self.bench.session().clone();
        let effects = self.bench.happens(event);
        self.promises_hold(&was, &effects);
        for effect in effects {
            self.perform(effect);
        }
        let checks = self
            .flights
            .iter()
            .filter(|flight| matches!(flight, Flight::Check(..)))
            .count();
        assert!(checks <= 1, "two checks in flight");
    }

    fn promises_hold(&mut self, was: &SessionState, effects: &[Effect]) {
        let is = self.bench.session();
        let told = count(effects, |effect| matches!(effect, Effect::Notify(Notice::Ended(_))));
        let has_ended = matches!(is, SessionState::Ended(_)) && !matches!(was, SessionState::Ended(_));
        let signed_out_again = matches!(
            (was, is),
            (SessionState::Ended(_), SessionState::Ended(EndReason::SignedOut))
        );
        assert!(told <= 1, "two notices for one end");
        assert!(told == 1 || !has_ended, "an end without a notice");
        assert!(told == 0 || has_ended || signed_out_again, "a notice without an end");
        assert!(
            !(self.known_end && is.active().is_some()),
            "active after an end that was known"
        );
        let gone = matches!(is, SessionState::Anonymous | SessionState::Ended(_));
        self.known_end |= gone && is != was && !self.server_active;
    }

    /// The server takes the request at once; its answer is under way from then on.
    fn perform(&mut self, effect: Effect) {
        let ended = EndReason::SessionExpired;
        match effect {
            Effect::Check { generation } if self.server_active => {
                self.flights.push(Flight::Check(generation, active("ada", 1)));
            }
            Effect::Check { generation } => self.flights.push(Flight::Check(generation, Answer::Ended(ended))),
            Effect::FetchUser { generation } if self.server_active => {
                self.flights
                    .push(Flight::Fetch(generation, Answer::Active(user("ada", 1))));
            }
            Effect::FetchUser { generation } => self.flights.push(Flight::Fetch(generation, Answer::Ended(ended))),
            Effect::SignIn(_) => {
                self.make(Move::SignInElsewhere);
                let SignedIn { user, session } = signed_in("ada", 1);
                self.flights
                    .push(Flight::SignIn(SignInAnswer::Done(SignedIn { user, session })));
            }
            Effect::SignOut(_) => {
                self.server_active = false;
                self.flights.push(Flight::SignOut(SignOutAnswer::Done));
            }
            Effect::Notify(_) | Effect::Withdraw | Effect::ScheduleRetry { .. } | Effect::ScheduleDeadline { .. } => {}
        }
    }
}

fn explore(world: &World, depth: usize) {
    for step in MOVES {
        let mut next = world.clone();
        if next.make(step) && depth > 1 {
            explore(&next, depth - 1);
        }
    }
}

#[test]
fn from_signed_in_no_interleaving_breaks_a_promise() {
    explore(&World::new(Bench::signed_in("ada")), DEPTH);
}

#[test]
fn from_nothing_known_no_interleaving_breaks_a_promise() {
    explore(&World::new(Bench::unknown()), DEPTH);
}
