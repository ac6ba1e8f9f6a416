//! What can happen next: what a user does, what the network, the clock and the server do.

use latchkey_shared::{EndReason, Login};

use super::model_server::{Request, Server};
use super::world::World;
use crate::core::effect::Alarm;
use crate::core::event::{Event, RouteCause};
use crate::core::tab_message::SessionEnd;

/// The tab of what closed tabs have sent.
const CLOSED: usize = 2;

/// What happens. A number is a tab's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    Navigate(usize),
    Redirect(usize),
    Use(usize),
    Type(usize),
    SignIn(usize, &'static str),
    SignOut(usize),
    Stay(usize),
    Replace(usize),
    Rename(usize),
    AskProof(usize),
    LeaveDialog(usize),
    Close(usize),
    Open(usize),
    LookAt(usize),
    Restore(usize),
    /// The timers that are due.
    Fire(usize),
    Deliver(usize),
    OldestLands,
    NewestLands,
    OldestIsLost,
    Cut,
    GoOffline,
    Mend,
    /// The user changed on another device, and the stream says so.
    StreamUser(usize),
    /// An operator ends the session, and the stream says so.
    StreamEnd(usize),
    BreakStream(usize),
    Wait,
    WaitLong,
}

pub fn moves() -> Vec<Move> {
    use Move::*;
    let of_a_tab = [
        Navigate,
        Redirect,
        Use,
        Type,
        SignOut,
        Stay,
        Replace,
        Rename,
        AskProof,
        LeaveDialog,
        Close,
        Open,
        LookAt,
        Restore,
        Fire,
        Deliver,
        StreamUser,
        StreamEnd,
        BreakStream,
    ];
    let mut moves = vec![OldestLands, NewestLands, OldestIsLost, Cut, GoOffline, Mend, Wait, WaitLong];
    for tab in 0..2 {
        moves.extend(of_a_tab.map(|of| of(tab)));
        moves.extend([SignIn(tab, "ada"), SignIn(tab, "grace")]);
    }
    moves
}

impl World {
    /// Makes a move, if it is possible.
    pub fn make(&mut self, step: Move) -> bool {
        let possible = self.possible(step);
        if possible {
            self.story.push(format!("{step:?}"));
            self.go(step);
            self.promises_hold();
        }
        possible
    }

    fn possible(&self, step: Move) -> bool {
        use Move::*;
        match step {
            Open(tab) => self.tabs[tab].is_none(),
            SignOut(tab) | Replace(tab) | Rename(tab) | AskProof(tab) | Stay(tab) | StreamEnd(tab)
            | StreamUser(tab) | BreakStream(tab) => {
                self.tabs[tab].as_ref().is_some_and(|open| open.session().is_some())
            }
            Deliver(tab) => self.tabs[tab].as_ref().is_some_and(|open| !open.inbox.is_empty()),
            Navigate(tab)
            | Redirect(tab)
            | Use(tab)
            | Type(tab)
            | SignIn(tab, _)
            | LeaveDialog(tab)
            | Close(tab)
            | LookAt(tab)
            | Restore(tab) => self.tabs[tab].is_some(),
            Fire(tab) => self.tabs[tab]
                .as_ref()
                .is_some_and(|open| open.timers.iter().flatten().any(|at_ms| *at_ms <= self.now_ms)),
            OldestLands | NewestLands | OldestIsLost => !self.flights.is_empty(),
            Cut | GoOffline => !self.cut,
            Mend => self.cut,
            Wait | WaitLong => true,
        }
    }

    fn go(&mut self, step: Move) {
        use Move::*;
        match step {
            Navigate(tab) => {
                self.read_storage(tab);
                self.by_the_user(tab, Event::RouteChanged { cause: RouteCause::User, leaves_page: true });
            }
            Redirect(tab) => self.dispatch(tab, Event::RouteChanged { cause: RouteCause::Guard, leaves_page: true }),
            Use(tab) => self.by_the_user(tab, Event::UserActive),
            Type(tab) => {
                self.by_the_user(tab, Event::UserActive);
                self.dispatch(tab, Event::Edited);
            }
            SignIn(tab, user) => {
                let email = format!("{user}@example.org");
                self.by_the_user(
                    tab,
                    Event::SignInRequested(Login { email, password: "secret".into(), remember: None }),
                );
            }
            SignOut(tab) => {
                self.read_storage(tab);
                self.asks_to_leave(tab);
                self.by_the_user(tab, Event::SignOutRequested);
            }
            Stay(tab) => self.by_the_user(tab, Event::StayRequested),
            AskProof(tab) => self.dispatch(tab, Event::ReauthRequired),
            LeaveDialog(tab) => self.by_the_user(tab, Event::DialogLeft),
            Replace(tab) => {
                self.by_the_user(tab, Event::ReplacementStarted);
                self.calls(tab, |asker, session| Request::Replace { asker, session });
            }
            Rename(tab) => {
                self.by_the_user(tab, Event::UserActive);
                self.calls(tab, |asker, session| Request::Rename { asker, session });
            }
            Close(tab) => {
                self.tabs[tab] = None;
                self.waiting.retain(|(of, _)| *of != tab);
                self.flights.iter_mut().filter(|flight| flight.tab == tab).for_each(|flight| flight.tab = CLOSED);
                self.grant();
            }
            Open(tab) => self.open(tab),
            LookAt(tab) => {
                self.focused = tab;
                self.flush(tab);
                self.read_storage(tab);
                self.dispatch(tab, Event::Resumed);
            }
            Restore(tab) => self.dispatch(tab, Event::Restored),
            Fire(tab) => self.fire(tab),
            Deliver(tab) => {
                let message = self.tabs[tab].as_mut().and_then(|open| open.inbox.pop_front());
                if let Some((message, sent_at_ms)) = message {
                    self.dispatch(tab, Event::TabReported { message, sent_at_ms });
                }
            }
            OldestLands => self.land(0, true),
            NewestLands => self.land(self.flights.len() - 1, true),
            OldestIsLost => self.land(0, false),
            Cut => self.cut = true,
            GoOffline => {
                self.cut = true;
                (0..2).for_each(|tab| self.dispatch(tab, Event::WentOffline));
            }
            Mend => {
                self.cut = false;
                (0..2).for_each(|tab| self.dispatch(tab, Event::WentOnline));
            }
            StreamUser(tab) => {
                let user = self.tabs[tab].as_ref().and_then(super::world::Tab::user).unwrap_or_default();
                self.server
                    .versions
                    .iter_mut()
                    .filter(|(name, _)| *name == user)
                    .for_each(|(_, version)| *version += 1);
                let user_version = self.server.user(&user).version;
                self.dispatch(tab, Event::UserStreamed { user_version });
            }
            StreamEnd(tab) => {
                let session = self.tabs[tab].as_ref().and_then(|open| open.session().cloned());
                if let Some(session) = session {
                    self.server.end(Server::number(&session), EndReason::SessionRevoked);
                    let reason = self.server.sessions[Server::number(&session)].ended.unwrap();
                    self.dispatch(tab, Event::EndStreamed(SessionEnd::new(session, reason)));
                }
            }
            BreakStream(tab) => self.dispatch(tab, Event::StreamMissed),
            Wait => self.wait(20_000),
            WaitLong => self.wait(70_000),
        }
    }

    fn by_the_user(&mut self, tab: usize, event: Event) {
        self.used_ms = self.now_ms;
        self.dispatch(tab, event);
    }

    fn wait(&mut self, ms: u64) {
        self.now_ms += ms;
        // No call waits for its answer that long.
        while !self.flights.is_empty() {
            self.land(0, false);
        }
        self.server.advance(self.now_ms);
    }

    fn calls(&mut self, tab: usize, request: impl FnOnce(String, latchkey_shared::SessionId) -> Request) {
        let asked = self.tabs[tab].as_ref().and_then(|open| Some((open.user()?, open.session()?.clone())));
        if let Some((asker, session)) = asked {
            self.waiting.push_back((tab, request(asker, session)));
            self.grant();
        }
    }

    /// The session that is left, and the one that a call of this tab is putting into its place.
    fn asks_to_leave(&mut self, tab: usize) {
        let session = self.tabs[tab].as_ref().and_then(|open| open.session().cloned());
        let Some(session) = session else { return };
        self.left.insert(Server::number(&session));
        for flight in self.flights.iter().filter(|flight| flight.tab == tab) {
            if let (Request::Replace { .. } | Request::SignIn { .. }, super::model_server::Cookie::Set(new)) =
                (&flight.request, flight.cookie)
            {
                self.left.insert(new);
            }
        }
    }

    fn fire(&mut self, tab: usize) {
        for timer in Alarm::ALL {
            let now_ms = self.now_ms;
            let Some(open) = &mut self.tabs[tab] else { return };
            if open.timers[timer as usize].take_if(|at_ms| *at_ms <= now_ms).is_some() {
                self.dispatch(tab, timer.event());
            }
        }
    }

    /// As the manager does when a page is looked at or left: a sign-out of which nothing was told here.
    fn read_storage(&mut self, tab: usize) {
        let known = self.tabs[tab].as_ref().is_some_and(|open| open.machine.pending_sign_out().is_some());
        if let Some(pending) = self.stored.pending().filter(|_| !known) {
            self.dispatch(tab, Event::SignOutRemembered(pending));
        }
    }
}
