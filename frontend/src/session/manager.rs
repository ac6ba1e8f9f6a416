//! The thin shell around the machine: turns what happens in the browser into events, performs the effects, and is the only
//! writer of the session's store.

use std::cell::RefCell;
use std::rc::Rc;

use latchkey_shared::{InitialSession, SessionId, UserId};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew_router::hooks::use_location;
use yewdux::{Dispatch, use_dispatch};

use super::calls;
use super::initial::forget_initial_session;
use super::machine::Machine;
use super::news::News;
use super::previous_user::use_previous_user_forgotten;
use super::progress::Navigating;
use super::signals::{Effect, Event};
use super::state::SessionStore;
use super::teller::Teller;
use super::watcher::Watcher;
use crate::api::{self, ApiError, Call};
use crate::browser::{Channel, Signal, Timer, Waiting, keep, kept, now_ms, signals};
use crate::toast::use_toasts;

/// Under which name the browser keeps the handle of a session that was left without the server's word. It opens nothing.
const SIGN_OUT_OWED: &str = "latchkey-sign-out-owed";

/// Where the tabs of this browser tell each other what they found out.
const CHANNEL: &str = "latchkey-session";

/// A handle on the session's manager; clones are the same manager.
#[derive(Clone)]
pub struct SessionManager(Rc<Inner>);

struct Inner {
    machine: RefCell<Machine>,
    store: Dispatch<SessionStore>,
    progress: Dispatch<Navigating>,
    teller: Teller,
    channel: RefCell<Option<Channel>>,
    watcher: RefCell<Option<Watcher>>,
    retry: RefCell<Option<Timer>>,
    /// Calls that are made once more when the person has signed in again in place.
    returning: Waiting,
    warning: RefCell<Option<Timer>>,
    deadline: RefCell<Option<Timer>>,
    remembered: RefCell<Option<SessionId>>,
}

impl PartialEq for SessionManager {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl SessionManager {
    /// Takes an event: moves the machine, shows its new state, performs what it asks for.
    pub fn handle(&self, event: Event) {
        for effect in self.advance(event) {
            self.perform(effect);
        }
    }

    /// The session that is active.
    pub(super) fn session_id(&self) -> Option<SessionId> {
        let machine = self.0.machine.borrow();
        machine.visible.session.active().map(|active| active.session.id.clone())
    }

    /// Whose session is active.
    pub(super) fn user_id(&self) -> Option<UserId> {
        self.0.machine.borrow().visible.session.user().map(|user| user.id.clone())
    }

    /// Waits while the person is asked to sign in again in place; whether they were asked at all.
    pub(super) async fn asked_to_return(&self) -> bool {
        let asked = self.0.machine.borrow().visible.asking.is_some();
        if asked {
            self.0.returning.join().await;
        }
        asked
    }

    fn advance(&self, event: Event) -> Vec<Effect> {
        let (machine, effects) = self.0.machine.take().step(event, now_ms());
        let (visible, navigating) = (machine.visible.clone(), Navigating(machine.navigating));
        self.remember(machine.sign_out_owed());
        self.0.machine.replace(machine);
        self.watch(&visible);
        if visible.asking.is_none() {
            self.0.returning.call();
        }
        self.0.store.set(visible);
        self.0.progress.set(navigating);
        effects
    }

    /// A sign-out that the server has not confirmed outlives the page: whoever opens the next one must not find the session.
    fn remember(&self, owed: Option<&SessionId>) {
        let mut remembered = self.0.remembered.borrow_mut();
        if remembered.as_ref() != owed {
            keep(SIGN_OUT_OWED, owed.map(|session| session.0.as_str()));
            *remembered = owed.cloned();
        }
    }

    /// Listens to the server for the session that is active, and for no other.
    fn watch(&self, visible: &SessionStore) {
        let mut watcher = self.0.watcher.borrow_mut();
        let active = visible.session.active().map(|active| &active.session.id);
        if active.is_none() && watcher.is_some() {
            // The user's data stands in the page's source too.
            forget_initial_session();
        }
        if watcher.as_ref().map(Watcher::session) != active {
            *watcher = active.map(|session| Watcher::new(session.clone(), self.weakly(Self::handle)));
        }
    }

    fn perform(&self, effect: Effect) {
        match effect {
            Effect::Check { generation, activity } => {
                let done = move |answer: Result<_, _>| Event::Checked { generation, answer: answer.into() };
                self.call(api::verify_session(activity), None, done);
            }
            Effect::FetchUser { generation } => {
                let done = move |answer: Result<_, _>| Event::UserFetched { generation, answer: answer.into() };
                self.call(api::me(), None, done);
            }
            Effect::SignIn(login) => {
                let done = |answer: Result<_, _>| Event::SignInAnswered(answer.into());
                self.call(api::login(&login), self.session_id(), done);
            }
            Effect::Refresh(session) => {
                let done = |answer: Result<_, _>| Event::RefreshAnswered(answer.into());
                self.call(api::refresh(), Some(session), done);
            }
            Effect::SignOut(session) => {
                let done = |answer: Result<_, _>| Event::SignOutAnswered(answer.into());
                self.call(api::logout(), Some(session), done);
            }
            Effect::Notify(notice) => self.0.teller.tell(notice),
            Effect::Withdraw => self.0.teller.withdraw(),
            Effect::Tell(news) => {
                if let (Some(channel), Some(text)) = (&*self.0.channel.borrow(), news.write()) {
                    channel.post(&text);
                }
            }
            Effect::ScheduleRetry { after_ms } => {
                let timer = Timer::roughly_after(after_ms, self.later(Event::RetryDue));
                self.0.retry.replace(Some(timer));
            }
            Effect::ScheduleWarning { after_ms } => {
                let timer = Timer::after(after_ms, self.later(Event::WarningDue));
                self.0.warning.replace(Some(timer));
            }
            Effect::ScheduleDeadline { after_ms } => {
                let timer = Timer::after(after_ms, self.later(Event::DeadlineDue));
                self.0.deadline.replace(Some(timer));
            }
        }
    }

    /// Makes a call, and takes what its answer means.
    fn call<T: 'static>(
        &self,
        call: Call<T>,
        session: Option<SessionId>,
        meaning: impl FnOnce(Result<T, ApiError>) -> Event + 'static,
    ) {
        let manager = self.clone();
        spawn_local(async move {
            let answer = calls::call(call, session).await;
            manager.handle(meaning(answer));
        });
    }

    /// Handles an event when it is called.
    fn later(&self, event: Event) -> impl FnOnce() + 'static {
        let handle = self.weakly(Self::handle);
        move || handle(event)
    }

    /// Calls back if the manager is still there: what it owns must not keep it alive.
    fn weakly<T: 'static>(&self, call: fn(&Self, T)) -> impl Fn(T) + 'static {
        let manager = Rc::downgrade(&self.0);
        move |value| {
            if let Some(manager) = manager.upgrade() {
                call(&Self(manager), value);
            }
        }
    }

    /// The browser told something.
    fn signal(&self, signal: Signal) {
        if matches!(signal, Signal::Shown | Signal::Restored | Signal::Used) {
            self.0.teller.seen();
        }
        if let Some(event) = event_of(signal) {
            self.handle(event);
        }
    }

    /// Another tab told something.
    fn heard(&self, text: String) {
        if let Some(news) = News::read(&text) {
            self.handle(Event::Told(news));
        }
    }
}

fn event_of(signal: Signal) -> Option<Event> {
    match signal {
        Signal::Offline => Some(Event::WentOffline),
        Signal::Online => Some(Event::WentOnline),
        Signal::Shown => Some(Event::Resumed),
        Signal::Restored => Some(Event::Restored),
        Signal::Used => Some(Event::Acted),
        Signal::Hidden => None,
    }
}

/// Runs the session's manager: to be called once, by the component that stays while pages come and go, and that provides
/// it as a context to all that use the session. The state that the server wrote into the page is in the store before they
/// render for the first time.
#[hook]
pub fn use_session_manager(initial: Option<InitialSession>) -> SessionManager {
    let (store, progress) = (use_dispatch::<SessionStore>(), use_dispatch::<Navigating>());
    let toasts = use_toasts();
    let started = use_memo((), |()| {
        let manager = SessionManager(Rc::new(Inner {
            machine: RefCell::default(),
            store,
            progress,
            teller: Teller::new(toasts),
            channel: RefCell::default(),
            watcher: RefCell::default(),
            retry: RefCell::default(),
            returning: Waiting::default(),
            warning: RefCell::default(),
            deadline: RefCell::default(),
            remembered: RefCell::default(),
        }));
        let owed = kept(SIGN_OUT_OWED).map(SessionId);
        let mut effects = manager.advance(Event::Started(initial));
        if let Some(session) = owed {
            manager.0.remembered.replace(Some(session.clone()));
            effects.extend(manager.advance(Event::SignOutRemembered(session)));
        }
        (manager, RefCell::new(effects))
    });

    // What the start asks for waits until the page stands: a toast needs the live region to be there first.
    let start = Rc::clone(&started);
    use_effect_with((), move |()| {
        let (manager, effects) = &*start;
        for effect in effects.take() {
            manager.perform(effect);
        }
        manager.0.channel.replace(Channel::open(CHANNEL, manager.weakly(SessionManager::heard)));
        let manager = manager.clone();
        let stopped = manager.clone();
        let listeners = signals(move |signal| manager.signal(signal));
        move || {
            drop(listeners);
            stopped.0.watcher.take();
            stopped.0.channel.take();
        }
    });

    use_previous_user_forgotten();

    // A location is known by these three: without an id it does not even equal itself. The first one is no change.
    let location = use_location().map(|location| {
        let (path, query) = (location.path().to_owned(), location.query_str().to_owned());
        (location.id(), path, query)
    });
    let before = use_mut_ref(|| None);
    let (manager, _) = &*started;
    let on_route = manager.clone();
    use_effect_with(location, move |location| {
        let path = location.as_ref().map(|(_, path, _)| path.clone()).unwrap_or_default();
        if let Some(before) = before.replace(Some(path.clone())) {
            if before != path {
                on_route.handle(Event::PageLeft);
            }
            on_route.handle(Event::RouteChanged);
        }
    });

    manager.clone()
}
