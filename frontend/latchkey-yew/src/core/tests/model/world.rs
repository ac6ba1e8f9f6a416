//! The state of the model: a browser with two tabs, the server, and what they share: cookie, channel, lock, storage.

use std::collections::{BTreeSet, VecDeque};

use latchkey_shared::{EndReason, InitialSession, SessionId};

use super::model_server::{Cookie, Reply, Request, Server};
use super::network::request_of;
use crate::core::effect::{Alarm, Effect};
use crate::core::event::Event;
use crate::core::machine::Machine;
use crate::core::notice::Notice;
use crate::core::notice_queue::{NoticeQueue, TabFocus, Timing};
use crate::core::pending_sign_out::{PendingSignOut, StoredSignOuts};
use crate::core::tab_message::TabMessage;
use crate::end_cause::EndCause;
use crate::view::SessionState;

/// A tab: its machine, and the state of its runtime.
#[derive(Clone, Default)]
pub struct Tab {
    pub machine: Machine,
    /// Messages of the other tab, with the time when they were sent.
    pub inbox: VecDeque<(TabMessage, u64)>,
    pub notices: NoticeQueue,
    pub timers: [Option<u64>; Alarm::ALL.len()],
    /// The pending sign-out that this tab has stored or found in the storage.
    pub stored: Option<PendingSignOut>,
    /// The session that was last active in this tab.
    pub last_session: Option<SessionId>,
    /// The sessions of which this tab was told why they ended.
    pub explained: BTreeSet<usize>,
}

impl Tab {
    pub fn session(&self) -> Option<&SessionId> {
        self.machine.view.session.active().map(|active| &active.session.id)
    }

    pub fn note_explained(&mut self, session: &SessionId, cause: &EndCause) {
        if *cause != EndReason::SessionMissing {
            self.explained.insert(Server::number(session));
        }
    }

    pub fn user(&self) -> Option<String> {
        self.machine.view.session.user().map(|user| user.id.0.clone())
    }
}

/// A request in flight, and its answer. The tab may be closed before the answer arrives.
#[derive(Clone)]
pub struct InFlight {
    pub tab: usize,
    pub request: Request,
    pub reply: Reply,
    /// The session that was active in the tab.
    pub session: Option<SessionId>,
    pub cookie: Cookie,
    pub sent_at_ms: u64,
}

#[derive(Clone)]
pub struct World {
    pub now_ms: u64,
    pub server: Server,
    pub cookie: Option<usize>,
    pub stored: StoredSignOuts,
    /// Two tabs, and an empty place for the closed ones.
    pub tabs: [Option<Tab>; 3],
    pub focused: usize,
    pub network_down: bool,
    pub waiting: VecDeque<(usize, Request)>,
    pub in_flight: Vec<InFlight>,
    /// When the user last did something in this browser.
    pub active_at_ms: u64,
    /// The sessions that the user asked to sign out of.
    pub signed_out: BTreeSet<usize>,
    /// The sessions whose end any tab has learned of.
    pub known_ends: BTreeSet<usize>,
    /// The keys of the notices that were shown.
    pub shown: Vec<String>,
    pub trace: Vec<String>,
    /// The invariants that were broken.
    pub broken: Vec<&'static str>,
    /// The names of the events that happened.
    pub seen: BTreeSet<String>,
}

impl World {
    /// Two tabs, with or without a signed-in user.
    pub fn new(signed_in: bool, sliding: bool) -> Self {
        let mut server = Server::new(sliding);
        let cookie = signed_in.then(|| server.start_session("ada", 0));
        let mut world = Self {
            now_ms: 0,
            server,
            cookie,
            stored: StoredSignOuts::default(),
            tabs: [None, None, None],
            focused: 0,
            network_down: false,
            waiting: VecDeque::new(),
            in_flight: Vec::new(),
            active_at_ms: 0,
            signed_out: BTreeSet::new(),
            known_ends: BTreeSet::new(),
            shown: Vec::new(),
            trace: Vec::new(),
            broken: Vec::new(),
            seen: BTreeSet::new(),
        };
        for tab in 0..2 {
            world.open(tab);
        }
        world
    }

    /// Loads a page: from the server with the session embedded, or from the browser's cache without it.
    pub fn open(&mut self, tab: usize) {
        self.active_at_ms = self.now_ms;
        let initial = if self.network_down {
            None
        } else {
            Some(match self.server.find_active(self.cookie) {
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
        if let Event::EndStreamed(end)
        | Event::SessionEndFound(end)
        | Event::TabReported { message: TabMessage::Ended(end), .. } = &event
        {
            open.note_explained(&end.session, &end.cause);
        }
        let before = open.session().cloned();
        let (machine, effects) = std::mem::take(&mut open.machine).step(event, self.now_ms);
        open.machine = machine;
        let after = open.session().cloned();
        if after.is_some() {
            open.last_session.clone_from(&after);
        }
        let pending = open.machine.pending_sign_out().cloned();
        if pending != open.stored {
            self.stored.update(open.stored.as_ref(), pending.as_ref());
            open.stored = pending;
        }
        let ends_session = |(message, _): &(TabMessage, u64)| match (message, &after) {
            (TabMessage::Ended(end), Some(session)) => end.session == *session,
            (TabMessage::SignOutPending(pending), Some(session)) => pending.session == *session,
            _ => false,
        };
        // If the end is in the inbox, the tab learns of it next.
        let end_unknown = !open.inbox.iter().any(ends_session);
        if before != after
            && end_unknown
            && let Some(session) = &after
            && self.known_ends.contains(&Server::number(session))
        {
            self.broken.push("a session is never active after an end that any tab knew");
        }
        for effect in effects {
            self.perform(tab, effect);
        }
        self.record_ends(tab);
    }

    fn record_ends(&mut self, tab: usize) {
        if let Some(Tab { machine, last_session: Some(last), .. }) = &self.tabs[tab]
            && matches!(machine.view.session, SessionState::Ended(_) | SessionState::SignedOut)
        {
            self.known_ends.insert(Server::number(last));
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
                let focus = if self.focused == tab { TabFocus::Focused } else { TabFocus::Hidden };
                let session = open.machine.last_session().cloned();
                if open.notices.add(notice, session.as_ref(), focus) == Timing::Now {
                    self.flush(tab);
                }
            }
            Effect::WithdrawNotice => drop(open.notices.take()),
            Effect::Schedule { timer, after_ms } => open.timers[timer as usize] = Some(now_ms + after_ms),
            // Covered by `Move::Open`.
            Effect::LoadPage => {}
            other => {
                if let Some(request) = request_of(other) {
                    self.waiting.push_back((tab, request));
                    self.send_unlocked();
                }
            }
        }
    }

    /// Shows the notice that waits in a tab, so that the other tab does not show it.
    pub fn flush(&mut self, tab: usize) {
        let Some(open) = &mut self.tabs[tab] else { return };
        let Some((notice, key)) = open.notices.take() else { return };
        let ends = matches!(notice, Notice::Ended(_));
        // A page that was opened after the end does not know the session's id.
        let known = !key.ends_with(' ');
        if ends && known && self.shown.contains(&key) {
            self.broken.push("an end is shown once in a browser");
        }
        for (other, open) in self.tabs.iter_mut().enumerate() {
            if let Some(open) = open.as_mut().filter(|_| other != tab) {
                open.notices.shown_in_other_tab(key.clone());
            }
        }
        self.shown.push(key);
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

    /// Whether the browser has the cookie of a session, or an answer in flight sets it.
    pub fn may_have_cookie(&self, session: usize) -> bool {
        let sent = |flight: &InFlight| flight.cookie == Cookie::Set(session);
        self.cookie == Some(session) || self.in_flight.iter().any(sent)
    }

    /// Whether a stored pending sign-out covers a session.
    pub fn sign_out_pending(&self, session: usize) -> bool {
        let covers = |stored: &PendingSignOut| Server::number(&stored.session) == session || stored.maybe_replaced;
        self.stored.pending().as_ref().is_some_and(covers)
    }
}
