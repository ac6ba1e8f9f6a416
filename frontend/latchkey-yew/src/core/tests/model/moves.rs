//! The moves of the model: what the user, the network, the clock and the server can do next.

use latchkey_shared::{EndReason, Login};

use super::model_server::{Request, Server};
use super::world::World;
use crate::core::effect::Alarm;
use crate::core::event::{Event, RouteCause};
use crate::core::tab_message::SessionEnd;

/// The index that stands for the closed tabs, whose requests may still be in flight.
const CLOSED: usize = 2;

/// A move. The number is the index of a tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    Navigate(usize),
    Redirect(usize),
    Act(usize),
    Type(usize),
    SignIn(usize, &'static str),
    SignOut(usize),
    Stay(usize),
    Replace(usize),
    Rename(usize),
    RequireReauth(usize),
    DismissReauth(usize),
    Close(usize),
    Open(usize),
    Focus(usize),
    Restore(usize),
    /// All timers of the tab that are due fire.
    FireTimers(usize),
    DeliverMessage(usize),
    OldestArrives,
    NewestArrives,
    OldestIsLost,
    LoseNetwork,
    BrowserOffline,
    RestoreNetwork,
    /// The user changes on another device, and the stream reports it.
    StreamUser(usize),
    /// The session is ended from elsewhere, and the stream reports it.
    StreamEnd(usize),
    BreakStream(usize),
    Wait,
    WaitLong,
}

pub fn moves() -> Vec<Move> {
    use Move::*;
    let per_tab = [
        Navigate,
        Redirect,
        Act,
        Type,
        SignOut,
        Stay,
        Replace,
        Rename,
        RequireReauth,
        DismissReauth,
        Close,
        Open,
        Focus,
        Restore,
        FireTimers,
        DeliverMessage,
        StreamUser,
        StreamEnd,
        BreakStream,
    ];
    let mut moves =
        vec![OldestArrives, NewestArrives, OldestIsLost, LoseNetwork, BrowserOffline, RestoreNetwork, Wait, WaitLong];
    for tab in 0..2 {
        moves.extend(per_tab.map(|of| of(tab)));
        moves.extend([SignIn(tab, "ada"), SignIn(tab, "grace")]);
    }
    moves
}

impl World {
    /// Makes a move if it is possible; returns whether it was.
    pub fn try_move(&mut self, step: Move) -> bool {
        let possible = self.possible(step);
        if possible {
            self.trace.push(format!("{step:?}"));
            self.apply(step);
            self.check_invariants();
        }
        possible
    }

    fn possible(&self, step: Move) -> bool {
        use Move::*;
        match step {
            Open(tab) => self.tabs[tab].is_none(),
            SignOut(tab) | Replace(tab) | Rename(tab) | RequireReauth(tab) | Stay(tab) | StreamEnd(tab)
            | StreamUser(tab) | BreakStream(tab) => {
                self.tabs[tab].as_ref().is_some_and(|open| open.session().is_some())
            }
            DeliverMessage(tab) => self.tabs[tab].as_ref().is_some_and(|open| !open.inbox.is_empty()),
            Navigate(tab)
            | Redirect(tab)
            | Act(tab)
            | Type(tab)
            | SignIn(tab, _)
            | DismissReauth(tab)
            | Close(tab)
            | Focus(tab)
            | Restore(tab) => self.tabs[tab].is_some(),
            FireTimers(tab) => self.tabs[tab]
                .as_ref()
                .is_some_and(|open| open.timers.iter().flatten().any(|at_ms| *at_ms <= self.now_ms)),
            OldestArrives | NewestArrives | OldestIsLost => !self.in_flight.is_empty(),
            LoseNetwork | BrowserOffline => !self.network_down,
            RestoreNetwork => self.network_down,
            Wait | WaitLong => true,
        }
    }

    fn apply(&mut self, step: Move) {
        use Move::*;
        match step {
            Navigate(tab) => {
                self.apply_stored_sign_out(tab);
                self.dispatch_by_user(tab, Event::RouteChanged { cause: RouteCause::User, leaves_page: true });
            }
            Redirect(tab) => self.dispatch(tab, Event::RouteChanged { cause: RouteCause::Guard, leaves_page: true }),
            Act(tab) => self.dispatch_by_user(tab, Event::UserActive),
            Type(tab) => {
                self.dispatch_by_user(tab, Event::UserActive);
                self.dispatch(tab, Event::Edited);
            }
            SignIn(tab, user) => {
                let email = format!("{user}@example.org");
                self.dispatch_by_user(
                    tab,
                    Event::SignInRequested(Login { email, password: "secret".into(), remember: None }),
                );
            }
            SignOut(tab) => {
                self.apply_stored_sign_out(tab);
                self.record_sign_out(tab);
                self.dispatch_by_user(tab, Event::SignOutRequested);
            }
            Stay(tab) => self.dispatch_by_user(tab, Event::StayRequested),
            RequireReauth(tab) => self.dispatch(tab, Event::ReauthRequired),
            DismissReauth(tab) => self.dispatch_by_user(tab, Event::ReauthDismissed),
            Replace(tab) => {
                self.dispatch_by_user(tab, Event::ReplacementStarted);
                self.request(tab, |caller, session| Request::Replace { caller, session });
            }
            Rename(tab) => {
                self.dispatch_by_user(tab, Event::UserActive);
                self.request(tab, |caller, session| Request::Rename { caller, session });
            }
            Close(tab) => {
                self.tabs[tab] = None;
                self.waiting.retain(|(of, _)| *of != tab);
                self.in_flight.iter_mut().filter(|flight| flight.tab == tab).for_each(|flight| flight.tab = CLOSED);
                self.send_unlocked();
            }
            Open(tab) => self.open(tab),
            Focus(tab) => {
                self.focused = tab;
                self.flush(tab);
                self.apply_stored_sign_out(tab);
                self.dispatch(tab, Event::Resumed);
            }
            Restore(tab) => {
                self.dispatch(tab, Event::Left);
                self.dispatch(tab, Event::Restored);
            }
            FireTimers(tab) => self.fire(tab),
            DeliverMessage(tab) => {
                let message = self.tabs[tab].as_mut().and_then(|open| open.inbox.pop_front());
                if let Some((message, sent_at_ms)) = message {
                    self.dispatch(tab, Event::TabReported { message, sent_at_ms });
                }
            }
            OldestArrives => self.receive(0, true),
            NewestArrives => self.receive(self.in_flight.len() - 1, true),
            OldestIsLost => self.receive(0, false),
            LoseNetwork => self.network_down = true,
            BrowserOffline => {
                self.network_down = true;
                (0..2).for_each(|tab| self.dispatch(tab, Event::WentOffline));
            }
            RestoreNetwork => {
                self.network_down = false;
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
                    // Of these two, only the second may mean that another session has replaced it.
                    let reason =
                        if self.server.sliding { EndReason::SessionRevoked } else { EndReason::PasswordChanged };
                    self.server.end(Server::number(&session), reason);
                    let reason = self.server.sessions[Server::number(&session)].ended.unwrap();
                    self.dispatch(tab, Event::EndStreamed(SessionEnd::new(session, reason)));
                }
            }
            BreakStream(tab) => {
                self.dispatch(tab, Event::StreamLost);
                self.dispatch(tab, Event::StreamInterrupted);
            }
            Wait => self.wait(20_000),
            WaitLong => self.wait(70_000),
        }
    }

    fn dispatch_by_user(&mut self, tab: usize, event: Event) {
        self.active_at_ms = self.now_ms;
        self.dispatch(tab, event);
    }

    fn wait(&mut self, ms: u64) {
        self.now_ms += ms;
        // Every request times out before.
        while !self.in_flight.is_empty() {
            self.receive(0, false);
        }
        self.server.advance(self.now_ms);
    }

    fn request(&mut self, tab: usize, request: impl FnOnce(String, latchkey_shared::SessionId) -> Request) {
        let asked = self.tabs[tab].as_ref().and_then(|open| Some((open.user()?, open.session()?.clone())));
        if let Some((caller, session)) = asked {
            self.waiting.push_back((tab, request(caller, session)));
            self.send_unlocked();
        }
    }

    /// Records the sessions that the user signs out of: the current one, and one that a request of this tab is starting.
    fn record_sign_out(&mut self, tab: usize) {
        let session = self.tabs[tab].as_ref().and_then(|open| open.session().cloned());
        let Some(session) = session else { return };
        self.signed_out.insert(Server::number(&session));
        for flight in self.in_flight.iter().filter(|flight| flight.tab == tab) {
            if let (Request::Replace { .. } | Request::SignIn { .. }, super::model_server::Cookie::Set(new)) =
                (&flight.request, flight.cookie)
            {
                self.signed_out.insert(new);
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

    /// Reads pending sign-outs of other tabs, as the manager does on navigation and when the page becomes visible.
    fn apply_stored_sign_out(&mut self, tab: usize) {
        let known = self.tabs[tab].as_ref().is_some_and(|open| open.machine.pending_sign_out().is_some());
        if let Some(pending) = self.stored.pending().filter(|_| !known) {
            self.dispatch(tab, Event::StoredSignOutFound(pending));
        }
    }
}
