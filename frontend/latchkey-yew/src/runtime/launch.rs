//! The hook that runs the session's manager for as long as the app is there.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use yew::prelude::*;
use yew_router::hooks::use_location;

use super::initial_session::initial_session;
use super::manager::SessionManager;
use crate::browser::{app_started, now_ms, page_received_ms, set_prefix, signals, watch_sleep};
use crate::config::{InitialSource, SessionConfig};
use crate::core::event::Event;
use crate::route::Routes;
use crate::toast::Toasts;

/// What is wrong with an app that has two providers.
const SECOND_PROVIDER: &str =
    "latchkey-yew: an app has one <SessionProvider>, around everything that knows of the session; this is a second one";

thread_local! {
    static RUNNING: Cell<bool> = const { Cell::new(false) };
}

/// Runs the session's manager for as long as the component is mounted, which stays across navigations. The state that the server
/// wrote into the page is in the store before its children render for the first time; its deadlines count from when the page
/// arrived, which the app may have done seconds later.
#[hook]
pub(crate) fn use_session_manager(
    config: &SessionConfig,
    routes: impl FnOnce() -> Routes,
    toasts: Toasts,
) -> SessionManager {
    let started = use_memo((), |()| {
        assert!(!RUNNING.replace(true), "{SECOND_PROVIDER}");
        set_prefix(config.prefix.as_deref());
        let (initial, received_at_ms) = match &config.initial {
            InitialSource::Page => (initial_session(), page_received_ms()),
            InitialSource::Given(initial) => (Option::clone(initial), now_ms()),
        };
        let manager = SessionManager::new(config.clone(), routes(), toasts);
        let pending = manager.stored_sign_out();
        let effects = manager.advance(Event::Started { initial, received_at_ms, pending });
        (manager, RefCell::new(effects))
    });

    // What the start asks for waits until the page stands: a toast needs the live region to be there first.
    let start = Rc::clone(&started);
    use_effect_with((), move |()| {
        let (manager, effects) = &*start;
        app_started();
        manager.open_channel();
        for effect in effects.take() {
            manager.perform(effect);
        }
        let manager = manager.clone();
        let (stopped, slept) = (manager.clone(), manager.clone());
        let listeners = signals(move |signal| manager.signal(signal));
        let sleep = watch_sleep(move || slept.handle(Event::Resumed));
        move || {
            drop((listeners, sleep));
            stopped.stop();
            RUNNING.set(false);
        }
    });

    // A location is known by these three: without an id it does not even equal itself. The first one is no change.
    let location = use_location().map(|location| {
        let (path, query) = (location.path().to_owned(), location.query_str().to_owned());
        (location.id(), path, query)
    });
    let (path_before, arrived) = (use_mut_ref(String::new), use_mut_ref(|| false));
    let (manager, _) = &*started;
    let on_route = manager.clone();
    use_effect_with(location, move |location| {
        let path = location.as_ref().map(|(_, path, _)| path.clone()).unwrap_or_default();
        let leaves_page = path_before.replace(path.clone()) != path;
        if arrived.replace(true) {
            on_route.route_changed(leaves_page);
        }
    });

    manager.clone()
}
