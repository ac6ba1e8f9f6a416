//! A browser with two tabs, the server, and all that is between them: one cookie, one channel, one lock, one storage.

use std::collections::{BTreeSet, VecDeque};

use latchkey_shared::{InitialSession, SessionId};

use super::model_server::{Cookie, Reply, Request, Server};
use super::network::request_of;
use crate::core::effect::{Alarm, Effect};
use crate::core::event::Event;
use crate::core::machine::Machine;
use crate::core::notice::Notice;
use crate::core::notice_queue::{Attended, NoticeQueue, Turn};
use crate::core::pending_sign_out::{PendingSignOut, StoredSignOuts};
use crate::core::tab_message::TabMessage;
use crate::view::SessionState;

/// A tab: the machine, and what its runtime keeps for it.
#[derive(Clone, Default)]
pub struct Tab {
    pub machine: Machine,
    /// What the other tab has told, and when.
    pub inbox: VecDeque<(TabMessage, u64)>,
    pub notices: NoticeQueue,
    pub timers: [Option<u64>; Alarm::ALL.len()],
    /// What this tab knows the storage to hold.
    pub stored: Option<PendingSignOut>,
    /// The session that was last active here.
    pub last: Option<SessionId>,
}

impl Tab {
    pub fn session(&self) -> Option<&SessionId> {
        self.machine.view.session.active().map(|active| &active.session.id)
    }

    pub fn user(&self) -> Option<String> {
        self.machine.view.session.user().map(|user| user.id.0.clone())
    }
}

/// A request on its way, and what comes of it. `tab` may be closed by the time that it lands.
#[derive(Clone)]
pub struct Flight {
    pub tab: usize,
    pub request: Request,
    pub reply: Reply,
    pub cookie: Cookie,
    pub sent_at_ms: u64,
}

#[derive(Clone)]
pub struct World {
    pub now_ms: u64,
    pub server: Server,
    pub cookie: Option<usize>,
    pub stored: StoredSignOuts,
    /// Two tabs, and the place of all that are closed.
    pub tabs: [Option<Tab>; 3],
    pub focused: usize,
    pub cut: bool,
    pub waiting: VecDeque<(usize, Request)>,
    pub flights: Vec<Flight>,
    /// When the user last did something in this browser.
    pub used_ms: u64,
    /// The sessions that the user asked to sign out of.
    pub left: BTreeSet<usize>,
    /// The sessions whose end some tab has known.
    pub ended: BTreeSet<usize>,
    /// The ends that were shown in a toast.
    pub shown: Vec<String>,
    pub story: Vec<String>,
    /// The promises that did not hold.
    pub broken: Vec<&'static str>,
    /// The names of the events that happened.
    pub seen: BTreeSet<String>,
}

impl World {
    /// Two tabs of somebody who is signed in, or of nobody.
    pub fn new(signed_in: bool, sliding: bool) -> Self {
        let mut server = Server::new(sliding);
        let cookie = signed_in.then(|| server.begin("ada", 0));
        let mut world = Self {
            now_ms: 0,
            server,
            cookie,
            stored: StoredSignOuts::default(),
            tabs: [None, None, None],
            focused: 0,
            cut: false,
            waiting: VecDeque::new(),
            flights: Vec::new(),
            used_ms: 0,
            left: BTreeSet::new(),
            ended: BTreeSet::new(),
            shown: Vec::new(),
            story: Vec::new(),
            broken: Vec::new(),
            seen: BTreeSet::new(),
        };
        for tab in 0..2 {
            world.open(tab);
        }
        world
    }

    /// A page is loaded, as the server writes it; without the server, as the browser kept it.
    pub fn open(&mut self, tab: usize) {
        self.used_ms = self.now_ms;
        let initial = if self.cut {
            None
        } else {
            Some(match self.server.look(self.cookie) {
                Ok(session) => {
                    self.server.sessions[session].seen_ms = self.now_ms;
                    InitialSession::Active(self.server.signed_in(session, self.now_ms))
                }
                Err(reason) => InitialSession::Ended { reason },
            })
        };
        self.tabs[tab] = Some(Tab::default());
        self.start(tab, initial);
    }

    pub fn dispatch(&mut self, tab: usize, event: Event) {
        let Some(open) = &mut self.tabs[tab] else { return };
        let name = format!("{event:?}");
        self.seen.insert(name.split([' ', '(', '{']).next().unwrap().to_owned());
        let before = open.session().cloned();
        let (machine, effects) = std::mem::take(&mut open.machine).step(event, self.now_ms);
        open.machine = machine;
        let after = open.session().cloned();
        if after.is_some() {
            open.last.clone_from(&after);
        }
        let pending = open.machine.pending_sign_out().cloned();
        if pending != open.stored {
            self.stored.update(open.stored.as_ref(), pending.as_ref());
            open.stored = pending;
        }
        let told = |(message, _): &(TabMessage, u64)| match (message, &after) {
            (TabMessage::Ended(end), Some(session)) => end.session == *session,
            (TabMessage::SignOutPending(pending), Some(session)) => pending.pending == *session,
            _ => false,
        };
        // Words that are on their way will say so in the next moment.
        let not_told = !open.inbox.iter().any(told);
        if before != after
            && not_told
            && let Some(session) = &after
            && self.ended.contains(&Server::number(session))
        {
            self.broken.push("never active after an end that any tab knew");
        }
        for effect in effects {
            self.perform(tab, effect);
        }
        self.know_ends(tab);
    }

    fn know_ends(&mut self, tab: usize) {
        if let Some(Tab { machine, last: Some(last), .. }) = &self.tabs[tab]
            && matches!(machine.view.session, SessionState::Ended(_) | SessionState::SignedOut)
        {
            self.ended.insert(Server::number(last));
        }
    }

    fn perform(&mut self, tab: usize, effect: Effect) {
        let now_ms = self.now_ms;
        if let Effect::NotifyTabs(message) = effect {
            for (other, open) in self.tabs.iter_mut().enumerate() {
                if let Some(open) = open.as_mut().filter(|_| other != tab) {
                    open.inbox.push_back((message.clone(), now_ms));
                }
            }
            return;
        }
        let Some(open) = &mut self.tabs[tab] else { return };
        match effect {
            Effect::ShowNotice(notice) => {
                let attended = if self.focused == tab { Attended::Now } else { Attended::Later };
                let session = open.machine.last_session().cloned();
                if open.notices.add(notice, session.as_ref(), attended) == Turn::Show {
                    self.flush(tab);
                }
            }
            Effect::WithdrawNotice => drop(open.notices.take()),
            Effect::Schedule { timer, after_ms } => open.timers[timer as usize] = Some(now_ms + after_ms),
            // The tab starts anew, as when it is opened.
            Effect::LoadPage => {}
            other => {
                if let Some(request) = request_of(other) {
                    self.waiting.push_back((tab, request));
                    self.grant();
                }
            }
        }
    }

    /// The user looks at a tab: what waits there is shown, and the other tab need not show it.
    pub fn flush(&mut self, tab: usize) {
        let Some(open) = &mut self.tabs[tab] else { return };
        let Some((notice, about)) = open.notices.take() else { return };
        let ends = matches!(notice, Notice::Ended(_));
        // A page that was opened after the end does not know which session it was.
        let known = !about.ends_with(' ');
        if ends && known && self.shown.contains(&about) {
            self.broken.push("at most one toast an end and browser");
        }
        for (other, open) in self.tabs.iter_mut().enumerate() {
            if let Some(open) = open.as_mut().filter(|_| other != tab) {
                open.notices.shown_elsewhere(about.clone());
            }
        }
        self.shown.push(about);
    }
}

impl World {
    fn start(&mut self, tab: usize, initial: Option<InitialSession>) {
        if let Some(open) = &mut self.tabs[tab] {
            open.stored = self.stored.pending();
        }
        let pending = self.stored.pending();
        self.dispatch(tab, Event::Started { initial, received_at_ms: self.now_ms, pending });
    }

    /// Whether the browser has the cookie of a session, or is being sent it.
    pub fn holds(&self, session: usize) -> bool {
        let sent = |flight: &Flight| flight.cookie == Cookie::Set(session);
        self.cookie == Some(session) || self.flights.iter().any(sent)
    }

    /// Whether the storage makes up for the sign-out from a session.
    pub fn pending(&self, session: usize) -> bool {
        let covers = |stored: &PendingSignOut| Server::number(&stored.pending) == session || stored.replaced;
        self.stored.pending().as_ref().is_some_and(covers)
    }
}
