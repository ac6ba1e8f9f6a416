//! The manager runs the session machine: it turns browser signals into events, performs the effects, and is the only writer of
//! the session's store.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use latchkey_shared::{SessionId, UserId};
use yew::AttrValue;
use yewdux::Dispatch;

use super::event_subscription::EventSubscription;
use super::initial_session::forget_initial_session;
use super::notifier::Notifier;
use super::session_store::SessionStore;
use super::sign_out_storage;
use crate::browser::{Channel, Notify, Signal, Timer, now_ms};
use crate::config::SessionConfig;
use crate::core::authorization::{Authorization, authorize};
use crate::core::effect::{Alarm, Effect};
use crate::core::event::{Event, RouteCause};
use crate::core::machine::Machine;
use crate::core::pending_sign_out::PendingSignOut;
use crate::route::Routes;
use crate::texts::Texts;
use crate::toast::Toasts;
use crate::view::{SessionState, SessionView};

/// The session's manager. Clones are handles to the same manager.
#[derive(Clone)]
pub(crate) struct SessionManager(pub(super) Rc<Inner>);

pub(super) struct Inner {
    pub(super) machine: RefCell<Machine>,
    store: Dispatch<SessionStore>,
    config: SessionConfig,
    routes: Routes,
    pub(super) toasts: Toasts,
    pub(super) notifier: Notifier,
    pub(super) channel: RefCell<Option<Channel>>,
    pub(super) subscription: RefCell<Option<EventSubscription>>,
    pub(super) timers: [RefCell<Option<Timer>>; Alarm::ALL.len()],
    /// Requests of pages that wait for a re-authentication, or until it is known who is signed in.
    waiting_requests: Notify,
    /// The pending sign-out that this tab has last written into the browser's storage, or found there at its start.
    stored: RefCell<Option<PendingSignOut>>,
    /// Whether a guard is changing the route at this moment.
    redirecting: Cell<bool>,
    /// Whether a guard has been rendered.
    #[cfg(debug_assertions)]
    guarded: Cell<bool>,
}

impl PartialEq for SessionManager {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl SessionManager {
    pub(super) fn new(config: SessionConfig, routes: Routes, toasts: Toasts) -> Self {
        let machine = Machine::new(config.settings);
        Self(Rc::new(Inner {
            machine: RefCell::new(machine),
            store: Dispatch::new(&yewdux::Context::new()),
            notifier: Notifier::new(toasts.clone(), Rc::clone(&config.texts)),
            config,
            routes,
            toasts,
            channel: RefCell::default(),
            subscription: RefCell::default(),
            timers: Default::default(),
            waiting_requests: Notify::default(),
            stored: RefCell::default(),
            redirecting: Cell::default(),
            #[cfg(debug_assertions)]
            guarded: Cell::default(),
        }))
    }

    /// The texts that the library shows.
    pub(crate) fn texts(&self) -> &Rc<Texts> {
        &self.0.config.texts
    }

    /// Whether forms offer the choice to stay signed in.
    pub(crate) fn offers_remember(&self) -> bool {
        self.0.config.offers_remember
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

    /// Handles an event: steps the machine, publishes its view, and performs its effects.
    pub(crate) fn handle(&self, event: Event) {
        for effect in self.advance(event) {
            self.perform(effect);
        }
    }

    /// The ids of the user who is signed in and of their session.
    pub(crate) fn active_ids(&self) -> Option<(UserId, SessionId)> {
        let machine = self.0.machine.borrow();
        machine.view.session.active().map(|active| (active.user.id.clone(), active.session.id.clone()))
    }

    /// Whether a request of this user may be sent now.
    pub(super) fn authorize(&self, user: &UserId) -> Authorization {
        authorize(user, &self.0.machine.borrow().view)
    }

    /// Waits while the dialog asks the user to sign in again.
    pub(super) async fn wait_for_reauth(&self) {
        if self.reauth_email().is_some() {
            self.0.waiting_requests.wait().await;
        }
    }

    /// The e-mail address of the user whom the dialog asks to sign in again, while it is open.
    pub(super) fn reauth_email(&self) -> Option<String> {
        self.0.machine.borrow().view.reauth.as_ref().map(|reauth| reauth.email.clone())
    }

    /// Waits until it is known who is signed in, if anybody.
    pub(super) async fn wait_until_known(&self) {
        while self.0.machine.borrow().view.session == SessionState::Unknown {
            self.0.waiting_requests.wait().await;
        }
    }

    /// Changes the route for a guard. The change does not count as the user's activity.
    pub(crate) fn redirect(&self, change: impl FnOnce()) {
        self.0.redirecting.set(true);
        change();
    }

    /// Notes that the app has a guard.
    #[cfg(debug_assertions)]
    pub(crate) fn set_guarded(&self) {
        self.0.guarded.set(true);
    }

    /// Whether the app has a guard.
    #[cfg(debug_assertions)]
    pub(crate) fn is_guarded(&self) -> bool {
        self.0.guarded.get()
    }

    /// Handles a change of the route.
    pub(super) fn route_changed(&self, leaves_page: bool) {
        let cause = if self.0.redirecting.take() { RouteCause::Guard } else { RouteCause::User };
        self.apply_stored_sign_out();
        self.handle(Event::RouteChanged { cause, leaves_page });
    }

    /// Closes the channel, and the event stream with its lock, which other tabs wait for.
    pub(super) fn stop(&self) {
        self.0.subscription.take();
        self.0.channel.take();
    }

    /// Steps the machine and publishes its view. Returns the effects to perform.
    pub(super) fn advance(&self, event: Event) -> Vec<Effect> {
        let (machine, effects) = self.0.machine.take().step(event, now_ms());
        let (view, navigating) = (machine.view.clone(), machine.navigating);
        self.store_sign_out(machine.pending_sign_out());
        self.0.machine.replace(machine);
        self.update_subscription(&view);
        self.forget_previous_user(&view);
        if view.reauth.is_none() {
            self.0.waiting_requests.notify_all();
        }
        self.0.store.set(SessionStore { view: Rc::new(view), navigating });
        effects
    }

    /// When the user changes, removes what the document holds of the previous one: the embedded session and the toasts. The
    /// guard removes the pages with their input.
    fn forget_previous_user(&self, view: &SessionView) {
        let (before, user) = (self.0.toasts.user(), view.session.user().map(|user| AttrValue::from(user.id.0.clone())));
        if before.is_some() && before != user {
            forget_initial_session();
        }
        if before != user {
            self.0.toasts.set_user(user);
        }
    }

    /// The pending sign-out of an earlier page or another tab, from the browser's storage.
    pub(super) fn load_sign_out(&self) -> Option<PendingSignOut> {
        let stored = sign_out_storage::read();
        self.0.stored.replace(stored.clone());
        stored
    }

    /// Keeps the pending sign-out in the browser's storage, so that the next page does not show the session.
    fn store_sign_out(&self, pending: Option<&PendingSignOut>) {
        let mut stored = self.0.stored.borrow_mut();
        if stored.as_ref() != pending {
            sign_out_storage::update(stored.as_ref(), pending);
            *stored = pending.cloned();
        }
    }

    /// Applies a pending sign-out in the browser's storage that another tab has not reported.
    pub(crate) fn apply_stored_sign_out(&self) {
        let known = self.0.machine.borrow().pending_sign_out().cloned();
        if known.is_none()
            && let Some(pending) = sign_out_storage::read()
        {
            self.handle(Event::StoredSignOutFound(pending));
        }
    }

    /// Subscribes to the server's events about the active session, and to no others.
    fn update_subscription(&self, view: &SessionView) {
        let mut subscription = self.0.subscription.borrow_mut();
        let active = view.session.active().map(|active| &active.session.id);
        if subscription.as_ref().map(EventSubscription::session) != active {
            *subscription = active.map(|session| {
                EventSubscription::new(session.clone(), self.api_base(), self.weak_callback(Self::handle))
            });
            drop(subscription);
            self.claim_events();
        }
    }

    /// A callback that does nothing once the manager is dropped: what the manager owns must not keep it alive.
    pub(super) fn weak_callback<T: 'static>(&self, call: fn(&Self, T)) -> impl Fn(T) + 'static {
        let manager = Rc::downgrade(&self.0);
        move |value| {
            if let Some(manager) = manager.upgrade() {
                call(&Self(manager), value);
            }
        }
    }

    /// Handles a signal of the browser.
    pub(super) fn handle_signal(&self, signal: Signal) {
        if matches!(signal, Signal::Shown | Signal::Restored | Signal::UserInput) {
            self.0.notifier.flush();
        }
        if matches!(signal, Signal::Shown | Signal::Restored | Signal::Online) {
            self.claim_events();
            self.apply_stored_sign_out();
        }
        if let Some(event) = event_for(signal) {
            self.handle(event);
        }
        if signal == Signal::Left {
            // Another tab reads the events from now on. If the page is restored, its next event subscribes it again.
            self.0.subscription.take();
        }
    }
}

fn event_for(signal: Signal) -> Option<Event> {
    match signal {
        Signal::Offline => Some(Event::WentOffline),
        Signal::Online => Some(Event::WentOnline),
        Signal::Shown => Some(Event::Resumed),
        Signal::Restored => Some(Event::Restored),
        Signal::UserInput => Some(Event::UserActive),
        Signal::Left => Some(Event::Left),
        Signal::Hidden => None,
    }
}
