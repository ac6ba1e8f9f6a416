//! Listens to the server's event stream, in one tab for all: whoever holds the leader's lock, and the next one when that tab
//! closes. The stream is a convenience: while it is lost, the ordinary checks go on as if there were none.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use latchkey_shared::SessionId;
use latchkey_shared::api::SESSION_EVENTS;
use latchkey_shared::events::{ENDED, Ended, HEARTBEAT, HEARTBEAT_EVERY_S, USER_CHANGED, UserChanged};
use wasm_bindgen_futures::spawn_local;

use super::api;
use crate::browser::{EventStream, Lock, Streamed, Timer, acquire_leadership, from_json};
use crate::core::event::Event;
use crate::core::tab_message::SessionEnd;

/// The page comes first: nobody needs the stream while it loads.
const PATIENCE_MS: u64 = 2_000;
/// The first wait for a lost stream; each further one doubles it.
const FIRST_RETRY_MS: u64 = 2_000;
/// Doublings at most: a minute or so.
const MOST_DOUBLINGS: u32 = 5;

/// A stream that is silent for so long is lost, whatever the browser says: a connection can be dead without either side's
/// having been told.
const SILENCE_MS: u64 = HEARTBEAT_EVERY_S * 1_000 * 5 / 2;

/// Listens for one session until it is dropped.
pub(super) struct EventSubscription(Rc<Inner>);

struct Inner {
    session: SessionId,
    path: String,
    notify: Box<dyn Fn(Event)>,
    leader: RefCell<Option<Lock>>,
    stream: RefCell<Option<EventStream>>,
    timer: RefCell<Option<Timer>>,
    watchdog: RefCell<Option<Timer>>,
    failures: Cell<u32>,
}

impl EventSubscription {
    /// Listens for a session, a little later, when no other tab does.
    pub(super) fn new(session: SessionId, api_base: &str, notify: impl Fn(Event) + 'static) -> Self {
        let inner = Rc::new(Inner {
            session,
            path: api::below(api_base, SESSION_EVENTS),
            notify: Box::new(notify),
            leader: RefCell::default(),
            stream: RefCell::default(),
            timer: RefCell::default(),
            watchdog: RefCell::default(),
            failures: Cell::default(),
        });
        inner.after(PATIENCE_MS, Inner::acquire_leadership);
        Self(inner)
    }

    /// For whom it listens.
    pub(super) fn session(&self) -> &SessionId {
        &self.0.session
    }
}

impl Inner {
    fn acquire_leadership(self: Rc<Self>) {
        let inner = Rc::downgrade(&self);
        spawn_local(async move {
            let leader = acquire_leadership().await;
            // Whoever stopped listening while it waited lets go of the lock at once.
            if let Some(inner) = inner.upgrade().filter(|_| leader.is_some()) {
                inner.leader.replace(leader);
                inner.open();
            }
        });
    }

    fn open(self: Rc<Self>) {
        let inner = Rc::downgrade(&self);
        let callback = Rc::new(move |streamed| {
            if let Some(inner) = Weak::upgrade(&inner) {
                inner.streamed(streamed);
            }
        });
        self.clone().watch();
        self.stream.replace(EventStream::open(&self.path, &[ENDED, USER_CHANGED, HEARTBEAT], callback));
    }

    fn streamed(self: Rc<Self>, streamed: Streamed) {
        if streamed != Streamed::Lost {
            self.clone().watch();
        }
        match streamed {
            Streamed::Opened => {
                if self.failures.replace(0) > 0 {
                    (self.notify)(Event::StreamMissed);
                }
            }
            Streamed::Event { name: ENDED, data } => {
                (self.notify)(match from_json(&data) {
                    Some(Ended { code }) => Event::EndStreamed(SessionEnd::new(self.session.clone(), code)),
                    // For a reason that this build does not know: the answer to a check has words for it.
                    None => Event::StreamMissed,
                });
            }
            Streamed::Event { name: HEARTBEAT, .. } => {}
            Streamed::Event { data, .. } => {
                if let Some(UserChanged { user_version }) = from_json(&data) {
                    (self.notify)(Event::UserStreamed { user_version });
                }
            }
            Streamed::Lost => self.lost(),
        }
    }

    /// It has said something, and is to do so again.
    fn watch(self: Rc<Self>) {
        let inner = Rc::downgrade(&self);
        let silent = Timer::after(SILENCE_MS, move || {
            if let Some(inner) = inner.upgrade() {
                inner.lost();
            }
        });
        self.watchdog.replace(Some(silent));
    }

    /// The first loss may mean that the session ended, or hide that it did: that is checked once.
    fn lost(self: Rc<Self>) {
        self.stream.take();
        self.watchdog.take();
        let failures = self.failures.get();
        self.failures.set(failures + 1);
        self.after(FIRST_RETRY_MS << failures.min(MOST_DOUBLINGS), Self::open);
        if failures == 0 {
            (self.notify)(Event::StreamMissed);
        }
    }

    fn after(self: &Rc<Self>, while_ms: u64, then: fn(Rc<Self>)) {
        let inner = Rc::downgrade(self);
        let timer = Timer::roughly_after(while_ms, move || {
            if let Some(inner) = inner.upgrade() {
                then(inner);
            }
        });
        self.timer.replace(Some(timer));
    }
}
