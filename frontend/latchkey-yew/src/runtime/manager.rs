//! The thin shell around the machine: turns what happens in the browser into events, performs the effects, and is the only
//! writer of the session's store.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use latchkey_shared::{SessionId, UserId};
use yew::AttrValue;
use yewdux::Dispatch;

use super::event_subscription::EventSubscription;
use super::initial_session::forget_initial_session;
use super::notifier::Notifier;
use super::session_store::{Navigating, SessionStore};
use super::sign_out_storage;
use crate::browser::{Channel, Notify, Signal, Timer, date_ms, name, now_ms};
use crate::config::SessionConfig;
use crate::core::authorization::{Authorization, authorize};
use crate::core::effect::{Alarm, Effect};
use crate::core::event::{Event, RouteCause};
use crate::core::machine::Machine;
use crate::core::pending_sign_out::PendingSignOut;
use crate::core::tab_message::TabMessage;
use crate::route::Routes;
use crate::texts::Texts;
use crate::toast::Toasts;
use crate::view::{SessionState, SessionView};

/// A handle on the session's manager; clones are the same manager.
#[derive(Clone)]
pub(crate) struct SessionManager(pub(super) Rc<Inner>);

pub(super) struct Inner {
    pub(super) machine: RefCell<Machine>,
    store: Dispatch<SessionStore>,
    progress: Dispatch<Navigating>,
    config: SessionConfig,
    routes: Routes,
    pub(super) toasts: Toasts,
    pub(super) notifier: Notifier,
    pub(super) channel: RefCell<Option<Channel>>,
    subscription: RefCell<Option<EventSubscription>>,
    pub(super) timers: [RefCell<Option<Timer>>; Alarm::ALL.len()],
    /// Requests that wait until the user has signed in again in place, or until it is known who is signed in.
    returning: Notify,
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
    pub(super) fn new(config: SessionConfig, routes: Routes, toasts: Toasts) -> Self {
        let stores = yewdux::Context::new();
        let machine = Machine::new(config.settings);
        Self(Rc::new(Inner {
            machine: RefCell::new(machine),
            store: Dispatch::new(&stores),
            progress: Dispatch::new(&stores),
            notifier: Notifier::new(toasts.clone(), Rc::clone(&config.texts)),
            config,
            routes,
            toasts,
            channel: RefCell::default(),
            subscription: RefCell::default(),
            timers: Default::default(),
            returning: Notify::default(),
            written: RefCell::default(),
            redirecting: Cell::default(),
        }))
    }

    /// The words that the library shows.
    pub(crate) fn texts(&self) -> &Rc<Texts> {
        &self.0.config.texts
    }

    /// The path below which the server has its session routes.
    pub(super) fn api_base(&self) -> &str {
        &self.0.config.api_base
    }

    /// The app's routes.
    pub(crate) fn routes(&self) -> &Routes {
        &self.0.routes
    }

    /// Where components read the session.
    pub(super) fn store(&self) -> &Dispatch<SessionStore> {
        &self.0.store
    }

    /// Where the progress line reads whether a navigation is being checked.
    pub(super) fn progress(&self) -> &Dispatch<Navigating> {
        &self.0.progress
    }

    /// Takes an event: moves the machine, shows its new state, performs what it asks for.
    pub(crate) fn handle(&self, event: Event) {
        for effect in self.advance(event) {
            self.perform(effect);
        }
    }

    /// Whose session is active, and which.
    pub(crate) fn asker(&self) -> Option<(UserId, SessionId)> {
        let machine = self.0.machine.borrow();
        machine.view.session.active().map(|active| (active.user.id.clone(), active.session.id.clone()))
    }

    /// Whether a call that this user asked for may be sent now.
    pub(super) fn authorize(&self, asker: &UserId) -> Authorization {
        authorize(asker, &self.0.machine.borrow().view)
    }

    /// Waits while the user is asked to sign in again in place.
    pub(super) async fn wait_for_reauth(&self) {
        if self.reauth_email().is_some() {
            self.0.returning.wait().await;
        }
    }

    /// With which address the user is asked to sign in again in place, if they are.
    pub(super) fn reauth_email(&self) -> Option<String> {
        self.0.machine.borrow().view.reauth.as_ref().map(|reauth| reauth.email.clone())
    }

    /// Waits until it is known who is signed in, if anybody.
    pub(super) async fn wait_until_known(&self) {
        while self.0.machine.borrow().view.session == SessionState::Unknown {
            self.0.returning.wait().await;
        }
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
        self.0.channel.replace(Channel::open(&name("session"), self.weak_callback(Self::hear)));
    }

    /// Lets go of what other tabs wait for.
    pub(super) fn stop(&self) {
        self.0.subscription.take();
        self.0.channel.take();
    }

    /// Moves the machine and shows its new state.
    pub(super) fn advance(&self, event: Event) -> Vec<Effect> {
        let (machine, effects) = self.0.machine.take().step(event, now_ms());
        let (view, navigating) = (machine.view.clone(), Navigating(machine.navigating));
        self.write_storage(machine.pending_sign_out());
        self.0.machine.replace(machine);
        self.watch(&view);
        self.forget_previous_user(&view);
        if view.reauth.is_none() {
            self.0.returning.notify_all();
        }
        self.0.store.set(SessionStore(Rc::new(view)));
        self.0.progress.set(navigating);
        effects
    }

    /// Nothing of a user stays in the document when they are gone or another one is here, and nothing that was begun for them
    /// speaks to the next one. Pages see to it by themselves: a guard removes them together with what was typed there.
    fn forget_previous_user(&self, view: &SessionView) {
        let (before, user) = (self.0.toasts.user(), view.session.user().map(|user| AttrValue::from(user.id.0.clone())));
        if before.is_some() && before != user {
            // The server wrote their data into the page.
            forget_initial_session();
        }
        if before != user {
            self.0.toasts.set_user(user);
        }
    }

    /// The sign-out that an earlier page or another tab has left pending.
    pub(super) fn stored_sign_out(&self) -> Option<PendingSignOut> {
        let stored = sign_out_storage::read();
        self.0.written.replace(stored.clone());
        stored
    }

    /// A sign-out that the server has not confirmed outlives the page: whoever opens the next one must not find the session.
    fn write_storage(&self, pending: Option<&PendingSignOut>) {
        let mut written = self.0.written.borrow_mut();
        if written.as_ref() != pending {
            sign_out_storage::update(written.as_ref(), pending);
            *written = pending.cloned();
        }
    }

    /// Learns of a sign-out that another tab has left pending, and could not tell us of.
    pub(crate) fn read_storage(&self) {
        let known = self.0.machine.borrow().pending_sign_out().cloned();
        if known.is_none()
            && let Some(pending) = sign_out_storage::read()
        {
            self.handle(Event::SignOutRemembered(pending));
        }
    }

    /// Listens to the server for the session that is active, and for no other.
    fn watch(&self, view: &SessionView) {
        let mut subscription = self.0.subscription.borrow_mut();
        let active = view.session.active().map(|active| &active.session.id);
        if subscription.as_ref().map(EventSubscription::session) != active {
            *subscription = active.map(|session| {
                EventSubscription::new(session.clone(), self.api_base(), self.weak_callback(Self::handle))
            });
        }
    }

    /// Calls back if the manager is still there: what it owns must not keep it alive.
    pub(super) fn weak_callback<T: 'static>(&self, call: fn(&Self, T)) -> impl Fn(T) + 'static {
        let manager = Rc::downgrade(&self.0);
        move |value| {
            if let Some(manager) = manager.upgrade() {
                call(&Self(manager), value);
            }
        }
    }

    /// The browser told something.
    pub(super) fn signal(&self, signal: Signal) {
        if matches!(signal, Signal::Shown | Signal::Restored | Signal::UserInput) {
            self.0.notifier.flush();
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
        if let Some((message, sent_at)) = TabMessage::from_message(&message) {
            let sent_at_ms = now_ms().saturating_sub(date_ms().saturating_sub(sent_at));
            self.handle(Event::TabReported { message, sent_at_ms });
        }
    }
}

fn event_of(signal: Signal) -> Option<Event> {
    match signal {
        Signal::Offline => Some(Event::WentOffline),
        Signal::Online => Some(Event::WentOnline),
        Signal::Shown => Some(Event::Resumed),
        Signal::Restored => Some(Event::Restored),
        Signal::UserInput => Some(Event::UserActive),
        Signal::Hidden => None,
    }
}
