//! Subscribes to the server's event stream. Only the tab that holds the leader's lock opens it; when that tab closes, the next
//! one does. Without Web Locks, it is the tab that was shown last. The session does not depend on the stream: without it, checks find every change.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use latchkey_shared::SessionId;
use latchkey_shared::api::SESSION_EVENTS;
use latchkey_shared::events::{ENDED, Ended, HEARTBEAT, HEARTBEAT_EVERY_S, USER_CHANGED, UserChanged};
use wasm_bindgen_futures::spawn_local;

use super::api;
use crate::browser::{EventStream, Lock, StreamEvent, Timer, acquire_leadership, app_is_whole, from_json};
use crate::core::event::Event;
use crate::core::tab_message::SessionEnd;

/// Delay before the stream is opened, so that it does not compete with the loading of the page.
const START_DELAY_MS: u64 = 2_000;
/// The wait after the first loss. It doubles with each further one.
const FIRST_RETRY_MS: u64 = 2_000;
/// The most doublings, for a wait of about a minute.
const MAX_DOUBLINGS: u32 = 5;

/// A stream that brings nothing for this long, not even heartbeats, is lost. A connection can be dead without any error.
const SILENCE_TIMEOUT_MS: u64 = HEARTBEAT_EVERY_S * 1_000 * 5 / 2;

/// A subscription to the events about one session, until it is dropped.
pub(super) struct EventSubscription(Rc<Inner>);

struct Inner {
    session: SessionId,
    path: String,
    notify: Box<dyn Fn(Event)>,
    leader: RefCell<Option<Lock>>,
    /// Whether this tab opens the stream without a lock.
    leads: Cell<bool>,
    stream: RefCell<Option<EventStream>>,
    timer: RefCell<Option<Timer>>,
    watchdog: RefCell<Option<Timer>>,
    failures: Cell<u32>,
}

impl EventSubscription {
    /// Subscribes to the events about a session.
    pub(super) fn new(session: SessionId, api_base: &str, notify: impl Fn(Event) + 'static) -> Self {
        let inner = Rc::new(Inner {
            session,
            path: api::below(api_base, SESSION_EVENTS),
            notify: Box::new(notify),
            leader: RefCell::default(),
            leads: Cell::default(),
            stream: RefCell::default(),
            timer: RefCell::default(),
            watchdog: RefCell::default(),
            failures: Cell::default(),
        });
        inner.start_later();
        Self(inner)
    }

    /// The session.
    pub(super) fn session(&self) -> &SessionId {
        &self.0.session
    }

    /// Opens the stream without a lock. Returns whether this is a change, of which the other tabs must be notified.
    pub(super) fn lead(&self) -> bool {
        let begins = !self.0.leads.replace(true);
        if begins && self.0.timer.borrow().is_none() {
            Rc::clone(&self.0).open();
        }
        begins
    }

    /// Leaves the stream to a tab that leads without a lock.
    pub(super) fn follow(&self) {
        self.0.leads.set(false);
        self.0.stream.take();
        self.0.watchdog.take();
        self.0.timer.take();
    }
}

impl Inner {
    fn start_later(self: &Rc<Self>) {
        self.after(
            START_DELAY_MS,
            |inner| if app_is_whole() { inner.acquire_leadership() } else { inner.start_later() },
        );
    }

    fn acquire_leadership(self: Rc<Self>) {
        let inner = Rc::downgrade(&self);
        spawn_local(async move {
            let leader = acquire_leadership().await;
            // If this subscription was dropped while waiting, the lock is released immediately.
            if let Some(inner) = inner.upgrade() {
                inner.timer.take();
                if leader.is_some() || inner.leads.get() {
                    inner.leader.replace(leader);
                    inner.open();
                }
            }
        });
    }

    fn open(self: Rc<Self>) {
        let inner = Rc::downgrade(&self);
        let callback = Rc::new(move |event| {
            if let Some(inner) = Weak::upgrade(&inner) {
                inner.handle_stream_event(event);
            }
        });
        self.clone().reset_watchdog();
        self.stream.replace(EventStream::open(&self.path, &[ENDED, USER_CHANGED, HEARTBEAT], callback));
    }

    fn handle_stream_event(self: Rc<Self>, event: StreamEvent) {
        if event != StreamEvent::Lost {
            self.clone().reset_watchdog();
        }
        match event {
            StreamEvent::Opened => {
                if self.failures.replace(0) > 0 {
                    (self.notify)(Event::StreamInterrupted);
                }
            }
            StreamEvent::Event { name: ENDED, data } => {
                (self.notify)(match from_json(&data) {
                    Some(Ended { code }) => Event::EndStreamed(SessionEnd::new(self.session.clone(), code)),
                    // This build does not know the reason; the answer to a check explains it.
                    None => Event::StreamInterrupted,
                });
            }
            StreamEvent::Event { name: HEARTBEAT, .. } => {}
            StreamEvent::Event { data, .. } => {
                if let Some(UserChanged { user_version }) = from_json(&data) {
                    (self.notify)(Event::UserStreamed { user_version });
                }
            }
            StreamEvent::Lost => self.stream_lost(),
        }
    }

    /// Restarts the timer that detects a silent stream.
    fn reset_watchdog(self: Rc<Self>) {
        let inner = Rc::downgrade(&self);
        let silent = Timer::after(SILENCE_TIMEOUT_MS, move || {
            if let Some(inner) = inner.upgrade() {
                inner.stream_lost();
            }
        });
        self.watchdog.replace(Some(silent));
    }

    /// Closes the stream and schedules the next attempt. The first loss is followed by a check, because the session's end may
    /// have caused it, or may have been missed.
    fn stream_lost(self: Rc<Self>) {
        self.stream.take();
        self.watchdog.take();
        let failures = self.failures.get();
        self.failures.set(failures + 1);
        self.after(FIRST_RETRY_MS << failures.min(MAX_DOUBLINGS), Self::open);
        if failures == 0 {
            (self.notify)(Event::StreamLost);
        }
    }

    fn after(self: &Rc<Self>, wait_ms: u64, then: fn(Rc<Self>)) {
        let inner = Rc::downgrade(self);
        let timer = Timer::roughly_after(wait_ms, move || {
            if let Some(inner) = inner.upgrade() {
                then(inner);
            }
        });
        self.timer.replace(Some(timer));
    }
}
