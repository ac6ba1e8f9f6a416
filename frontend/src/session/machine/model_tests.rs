//! Every interleaving of what can happen, to a depth, against a server that may end or begin sessions at any moment and
//! answers late. After every step the promises are checked that no single story could prove.

use latchkey_shared::{EndReason, SessionId, SignedIn, User, Verified};

use super::test_bench::*;
use crate::session::answer::{Answer, SignInAnswer, SignOutAnswer};
use crate::session::news::{End, News};
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
    News(News),
}

/// The app, the server, and what is between them.
#[derive(Clone)]
struct World {
    bench: Bench,
    /// The number of the newest session of this browser, and whether its cookie opens it.
    newest: u32,
    server_active: bool,
    flights: Vec<Flight>,
    /// Whether the app has heard of an end since it last heard of a sign-in: no answer to a check may make it active.
    known_end: bool,
    /// What happened so far.
    story: Vec<Move>,
    /// The sessions that the app has left: nothing may bring one of them back.
    left: Vec<SessionId>,
}

#[derive(Clone, Copy, Debug)]
enum Move {
    RouteChanged,
    SignIn,
    SignOut,
    /// Another tab finds it out, or does it, and tells.
    EndElsewhere,
    SignInElsewhere,
    /// The event stream tells the end of the newest session.
    EndStreamed,
    Offline,
    RetryDue,
    OldestLands,
    NewestLands,
    OldestIsLost,
}

const MOVES: [Move; 11] = [
    Move::RouteChanged,
    Move::SignIn,
    Move::SignOut,
    Move::EndElsewhere,
    Move::SignInElsewhere,
    Move::EndStreamed,
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
            newest: 1,
            server_active,
            flights: Vec::new(),
            known_end: !server_active,
            story: Vec::new(),
            left: Vec::new(),
        };
        if !server_active {
            let generation = world.bench.generation;
            world.flights.push(Flight::Check(generation, Answer::Ended(EndReason::SessionMissing)));
        }
        world
    }

    /// Makes a move, if it is possible.
    fn make(&mut self, step: Move) -> bool {
        self.story.push(step);
        match step {
            Move::RouteChanged => self.happens(Event::RouteChanged),
            Move::SignIn => self.happens(Event::SignInAsked(login())),
            Move::SignOut => self.happens(Event::SignOutAsked),
            Move::EndElsewhere if self.server_active => {
                self.server_active = false;
                self.flights.push(Flight::News(News::Ended(self.end())));
            }
            // The lock of the cookie keeps it out.
            Move::SignInElsewhere if self.attempt_in_flight() => return false,
            Move::SignInElsewhere => {
                self.begin();
                self.flights.push(Flight::News(News::Active(self.signed_in())));
            }
            Move::EndStreamed => {
                self.server_active = false;
                self.happens(Event::EndStreamed(self.end()));
            }
            Move::EndElsewhere => return false,
            Move::Offline => self.happens(Event::WentOffline),
            Move::RetryDue => self.happens(Event::RetryDue),
            Move::OldestLands | Move::NewestLands | Move::OldestIsLost if self.flights.is_empty() => return false,
            Move::OldestLands => self.lands(0, false),
            Move::NewestLands => self.lands(self.flights.len() - 1, false),
            Move::OldestIsLost => self.lands(0, true),
        }
        true
    }

    /// The server begins a session.
    fn begin(&mut self) {
        self.newest += 1;
        self.server_active = true;
        self.known_end = false;
    }

    fn attempt_in_flight(&self) -> bool {
        self.flights.iter().any(|flight| matches!(flight, Flight::SignIn(_) | Flight::SignOut(_)))
    }

    fn id(&self) -> SessionId {
        session(&format!("s{}", self.newest), LIFETIME_S).id
    }

    fn signed_in(&self) -> SignedIn {
        SignedIn { user: user("ada", 1), session: session(&self.id().0, LIFETIME_S) }
    }

    fn verified(&self) -> Verified {
        let SignedIn { user, session } = self.signed_in();
        Verified { session, user_id: user.id, user_version: 1 }
    }

    fn end(&self) -> End {
        End { session: self.id(), reason: EndReason::SessionRevoked }
    }

    fn lands(&mut self, index: usize, lost: bool) {
        let event = match self.flights.remove(index) {
            Flight::Check(generation, _) if lost => Event::Checked { generation, answer: cannot_tell() },
            Flight::Fetch(generation, _) if lost => Event::UserFetched { generation, answer: cannot_tell() },
            Flight::SignIn(_) if lost => Event::SignInAnswered(SignInAnswer::CannotTell(String::new())),
            Flight::News(_) if lost => return,
            Flight::News(news) => {
                self.known_end &= !matches!(news, News::Active(_));
                Event::Told(news)
            }
            Flight::SignOut(_) if lost => Event::SignOutAnswered(SignOutAnswer::CannotTell),
            Flight::Check(generation, answer) => Event::Checked { generation, answer },
            Flight::Fetch(generation, answer) => Event::UserFetched { generation, answer },
            Flight::SignIn(answer) => {
                self.known_end = false;
                Event::SignInAnswered(answer)
            }
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
        let checks = self.flights.iter().filter(|flight| matches!(flight, Flight::Check(..))).count();
        assert!(checks <= 1, "two checks in flight: {:?}", self.story);
    }

    fn promises_hold(&mut self, was: &SessionState, effects: &[Effect]) {
        let is = self.bench.session();
        let told = count(effects, |effect| matches!(effect, Effect::Notify(Notice::Ended(_))));
        let over = |session: &SessionState| matches!(session, SessionState::Ended(_) | SessionState::SignedOut);
        assert_eq!(told, usize::from(over(is) && !over(was)), "one notice an end, and no other: {:?}", self.story);
        assert!(!(self.known_end && is.active().is_some()), "active after an end that was known: {:?}", self.story);
        if let Some(active) = is.active() {
            assert!(!self.left.contains(&active.session.id), "back in a session that was left: {:?}", self.story);
        }
        let id = |session: &SessionState| session.active().map(|active| active.session.id.clone());
        if id(was) != id(is) {
            self.left.extend(id(was));
        }
        let gone = over(is) || *is == SessionState::Anonymous;
        self.known_end |= gone && is != was && !self.server_active;
    }

    /// The server takes the request at once; its answer is under way from then on.
    fn perform(&mut self, effect: Effect) {
        let ended = EndReason::SessionExpired;
        match effect {
            Effect::Check { generation } if self.server_active => {
                self.flights.push(Flight::Check(generation, Answer::Active(self.verified())));
            }
            Effect::Check { generation } => self.flights.push(Flight::Check(generation, Answer::Ended(ended))),
            Effect::FetchUser { generation } if self.server_active => {
                self.flights.push(Flight::Fetch(generation, Answer::Active(user("ada", 1))));
            }
            Effect::FetchUser { generation } => self.flights.push(Flight::Fetch(generation, Answer::Ended(ended))),
            Effect::SignIn(_) => {
                self.begin();
                self.flights.push(Flight::SignIn(SignInAnswer::Done(self.signed_in())));
            }
            Effect::SignOut(session) if self.server_active && session != self.id() => {
                self.flights.push(Flight::SignOut(SignOutAnswer::SessionChanged));
            }
            Effect::SignOut(_) => {
                self.server_active = false;
                self.flights.push(Flight::SignOut(SignOutAnswer::Done));
            }
            Effect::Tell(_)
            | Effect::Notify(_)
            | Effect::Withdraw
            | Effect::ScheduleRetry { .. }
            | Effect::ScheduleDeadline { .. } => {}
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
    let mut world = World::new(Bench::signed_in("ada"));
    world.happens(Event::Told(News::Active(world.signed_in())));
    world.bench.now_ms = 1_000;
    explore(&world, DEPTH);
}

#[test]
fn from_nothing_known_no_interleaving_breaks_a_promise() {
    explore(&World::new(Bench::unknown()), DEPTH);
}
