//! The thin shell around the machine: turns what happens in the browser into events, performs the effects, and is the only
//! writer of the session's store.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use latchkey_shared::{SessionId, UserId};
use wasm_bindgen_futures::spawn_local;
use yew::AttrValue;
use yewdux::Dispatch;

use super::cookie_lock::{self, Waits};
use super::event_subscription::Watcher;
use super::initial_session::forget_initial_session;
use super::kept;
use super::notice_toast::NOTICE_ID;
use super::notifier::Teller;
use super::session_store::Navigating;
use crate::browser::{Channel, Mode, Signal, Timer, Waiting, date_ms, lock, now_ms};
use crate::core::authorization::{Authorization, authorize};
use crate::core::effect::{Alarm, Effect};
use crate::core::event::{Event, RouteCause};
use crate::core::machine::Machine;
use crate::core::pending_sign_out::PendingSignOut;
use crate::core::tab_message::News;
use crate::runtime::api::{self, ApiError, Call};
use crate::toast::Toasts;
use crate::view::SessionStore;

/// Where the tabs of this browser tell each other what they found out.
const CHANNEL: &str = "latchkey-session";

/// A handle on the session's manager; clones are the same manager.
#[derive(Clone)]
pub struct SessionManager(Rc<Inner>);

struct Inner {
    machine: RefCell<Machine>,
    store: Dispatch<SessionStore>,
    progress: Dispatch<Navigating>,
    toasts: Toasts,
    teller: Teller,
    channel: RefCell<Option<Channel>>,
    watcher: RefCell<Option<Watcher>>,
    timers: [RefCell<Option<Timer>>; Alarm::ALL.len()],
    /// Calls that are made once more when the user has signed in again in place.
    returning: Waiting,
    /// The pending sign-out that this tab last wrote into the browser's storage, or found there at its start.
    written: RefCell<Option<PendingSignOut>>,
    /// Whether a guard is changing the route at this moment.
    redirecting: Cell<bool>,
}

impl PartialEq for SessionManager {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl SessionManager {
    pub(super) fn new(store: Dispatch<SessionStore>, progress: Dispatch<Navigating>, toasts: Toasts) -> Self {
        Self(Rc::new(Inner {
            machine: RefCell::default(),
            store,
            progress,
            teller: Teller::new(toasts.clone()),
            toasts,
            channel: RefCell::default(),
            watcher: RefCell::default(),
            timers: Default::default(),
            returning: Waiting::default(),
            written: RefCell::default(),
            redirecting: Cell::default(),
        }))
    }

    /// Takes an event: moves the machine, shows its new state, performs what it asks for.
    pub fn handle(&self, event: Event) {
        for effect in self.advance(event) {
            self.perform(effect);
        }
    }

    /// Whose session is active, and which.
    pub(crate) fn asker(&self) -> Option<(UserId, SessionId)> {
        let machine = self.0.machine.borrow();
        machine.visible.session.active().map(|active| (active.user.id.clone(), active.session.id.clone()))
    }

    /// Whether a call that this user asked for may be sent now.
    pub(super) fn authorize(&self, asker: &UserId) -> Authorization {
        authorize(asker, &self.0.machine.borrow().visible)
    }

    /// Waits while the user is asked to sign in again in place; whether they were asked at all.
    pub(super) async fn wait_for_reauth(&self) -> bool {
        let asked = self.0.machine.borrow().visible.asking.is_some();
        if asked {
            self.0.returning.join().await;
        }
        asked
    }

    /// Changes the route because of what is known of the session, which is nothing that the user did.
    pub(crate) fn redirect(&self, change: impl FnOnce()) {
        self.0.redirecting.set(true);
        change();
    }

    /// The route changed.
    pub(super) fn route_changed(&self, leaves_page: bool) {
        let cause = if self.0.redirecting.take() { RouteCause::Guard } else { RouteCause::User };
        self.read_storage();
        self.handle(Event::RouteChanged { cause, leaves_page });
    }

    /// Opens the channel to the other tabs, and hears them until [`stop`](Self::stop).
    pub(super) fn open_channel(&self) {
        self.0.channel.replace(Channel::open(CHANNEL, self.weak_callback(Self::hear)));
    }

    /// Lets go of what other tabs wait for.
    pub(super) fn stop(&self) {
        self.0.watcher.take();
        self.0.channel.take();
    }

    /// Moves the machine and shows its new state.
    pub(super) fn advance(&self, event: Event) -> Vec<Effect> {
        let (machine, effects) = self.0.machine.take().step(event, now_ms());
        let (visible, navigating) = (machine.visible.clone(), Navigating(machine.navigating));
        self.write_storage(machine.pending_sign_out());
        self.0.machine.replace(machine);
        self.watch(&visible);
        self.forget_previous_user(&visible);
        if visible.asking.is_none() {
            self.0.returning.call();
        }
        self.0.store.set(visible);
        self.0.progress.set(navigating);
        effects
    }

    /// Nothing of a user stays in the document when they are gone or another one is here, and nothing that was begun for them
    /// speaks to the next one. Pages see to it by themselves: a guard removes them together with what was typed there.
    fn forget_previous_user(&self, visible: &SessionStore) {
        let (before, user) =
            (self.0.toasts.user(), visible.session.user().map(|user| AttrValue::from(user.id.0.clone())));
        if before.is_some() && before != user {
            // The server wrote their data into the page.
            forget_initial_session();
        }
        if before != user {
            self.0.toasts.set_user(user, NOTICE_ID);
        }
    }

    /// The sign-out that an earlier page or another tab has left pending.
    pub(super) fn stored_sign_out(&self) -> Option<PendingSignOut> {
        let stored = kept::sign_out();
        self.0.written.replace(stored.clone());
        stored
    }

    /// A sign-out that the server has not confirmed outlives the page: whoever opens the next one must not find the session.
    fn write_storage(&self, pending: Option<&PendingSignOut>) {
        let mut written = self.0.written.borrow_mut();
        if written.as_ref() != pending {
            kept::write_sign_out(written.as_ref(), pending);
            *written = pending.cloned();
        }
    }

    /// Learns of a sign-out that another tab has left pending, and could not tell us of.
    pub(crate) fn read_storage(&self) {
        let known = self.0.machine.borrow().pending_sign_out().cloned();
        if known.is_none()
            && let Some(pending) = kept::sign_out()
        {
            self.handle(Event::SignOutRemembered(pending));
        }
    }

    /// Listens to the server for the session that is active, and for no other.
    fn watch(&self, visible: &SessionStore) {
        let mut watcher = self.0.watcher.borrow_mut();
        let active = visible.session.active().map(|active| &active.session.id);
        if watcher.as_ref().map(Watcher::session) != active {
            *watcher = active.map(|session| Watcher::new(session.clone(), self.weak_callback(Self::handle)));
        }
    }

    pub(super) fn perform(&self, effect: Effect) {
        match effect {
            Effect::Check { generation, active_at_ms } => self.check(generation, active_at_ms),
            Effect::FetchUser { generation } => {
                let done = move |answer: Result<_, _>, _| Event::UserFetched { generation, answer: answer.into() };
                self.call(api::me(), None, Waits::Not, done);
            }
            Effect::SignIn(login) => {
                let session = self.asker().map(|(_, session)| session);
                let done =
                    |answer: Result<_, _>, sent_at_ms| Event::SignInAnswered { answer: answer.into(), sent_at_ms };
                self.call(api::login(&login), session, Waits::ForSignOuts, done);
            }
            Effect::Refresh(session) => {
                let done =
                    |answer: Result<_, _>, sent_at_ms| Event::RefreshAnswered { answer: answer.into(), sent_at_ms };
                self.call(api::refresh(), Some(session), Waits::ForAll, done);
            }
            Effect::SignOut(session) => {
                let done = |answer: Result<_, _>, _| Event::SignOutAnswered(answer.into());
                self.call(api::logout(), Some(session), Waits::ForNobody, done);
            }
            Effect::Notify(notice) => {
                let session = self.0.machine.borrow().last_session().cloned();
                self.0.teller.tell(notice, session);
            }
            Effect::Withdraw => self.0.teller.withdraw(),
            Effect::Tell(news) => {
                if let (Some(channel), Some(message)) = (&*self.0.channel.borrow(), news.message(date_ms())) {
                    channel.post(&message);
                }
            }
            Effect::LoadPage => kept::load_new_build(),
            Effect::Schedule { timer, after_ms } => {
                let handle = self.weak_callback(Self::handle);
                let due = move || handle(timer.event());
                let started = match timer {
                    Alarm::Retry => Timer::roughly_after(after_ms, due),
                    Alarm::Warning | Alarm::Deadline | Alarm::Activity | Alarm::SignOutLate => {
                        Timer::after(after_ms, due)
                    }
                };
                self.0.timers[timer as usize].replace(Some(started));
            }
        }
    }

    fn check(&self, generation: u64, active_at_ms: Option<u64>) {
        let manager = self.clone();
        spawn_local(async move {
            let held = lock(Mode::Shared).await;
            let sent_at_ms = now_ms();
            let call = api::verify_session(active_at_ms.map(|at_ms| sent_at_ms.saturating_sub(at_ms)));
            let answer = call.question.send(None).await;
            drop(held);
            let new_build = answer.as_ref().is_ok_and(kept::is_new_build);
            let answer = answer.and_then(|response| (call.read)(&response)).into();
            manager.handle(Event::Checked { generation, answer, sent_at_ms, new_build });
        });
    }

    /// Makes a call, and takes what its answer means.
    fn call<T: 'static>(
        &self,
        call: Call<T>,
        session: Option<SessionId>,
        waits: Waits,
        meaning: impl FnOnce(Result<T, ApiError>, u64) -> Event + 'static,
    ) {
        let manager = self.clone();
        spawn_local(async move {
            let (answer, sent_at_ms) = cookie_lock::call(call, session, waits).await;
            manager.handle(meaning(answer, sent_at_ms));
        });
    }

    /// Calls back if the manager is still there: what it owns must not keep it alive.
    fn weak_callback<T: 'static>(&self, call: fn(&Self, T)) -> impl Fn(T) + 'static {
        let manager = Rc::downgrade(&self.0);
        move |value| {
            if let Some(manager) = manager.upgrade() {
                call(&Self(manager), value);
            }
        }
    }

    /// The browser told something.
    pub(super) fn signal(&self, signal: Signal) {
        if matches!(signal, Signal::Shown | Signal::Restored | Signal::Used) {
            self.0.teller.seen();
        }
        if matches!(signal, Signal::Shown | Signal::Restored | Signal::Online) {
            self.read_storage();
        }
        if let Some(event) = event_of(signal) {
            self.handle(event);
        }
    }

    /// Another tab told something, and when, on the clock on the wall that all tabs share.
    fn hear(&self, message: String) {
        if let Some((news, sent_at)) = News::from_message(&message) {
            let sent_at_ms = now_ms().saturating_sub(date_ms().saturating_sub(sent_at));
            self.handle(Event::Told { news, sent_at_ms });
        }
    }
}

fn event_of(signal: Signal) -> Option<Event> {
    match signal {
        Signal::Offline => Some(Event::WentOffline),
        Signal::Online => Some(Event::WentOnline),
        Signal::Shown => Some(Event::Resumed),
        Signal::Restored => Some(Event::Restored),
        Signal::Used => Some(Event::UserActive),
        Signal::Hidden => None,
    }
}
