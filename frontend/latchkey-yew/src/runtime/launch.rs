//! The hook that runs the session's manager.

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
use crate::texts;
use crate::toast::Toasts;

/// The error of an app with two providers.
const SECOND_PROVIDER: &str =
    "latchkey-yew: this is a second <SessionProvider>; an app has one, around everything that uses the session";

thread_local! {
    static RUNNING: Cell<bool> = const { Cell::new(false) };
}

/// Runs the session's manager while the component is mounted. Call once, in a component that stays mounted across navigations.
/// The embedded session is in the store before the first rendering. Its deadlines count from when the page arrived, possibly
/// seconds before the app started.
#[hook]
pub(crate) fn use_session_manager(
    config: &SessionConfig,
    routes: impl FnOnce() -> Routes,
    toasts: Toasts,
) -> SessionManager {
    let started = use_memo((), |()| {
        assert!(!RUNNING.replace(true), "{SECOND_PROVIDER}");
        set_prefix(config.prefix.as_deref());
        texts::set_current(&config.texts);
        let (initial, received_at_ms) = match &config.initial {
            InitialSource::Page => (initial_session(), page_received_ms()),
            InitialSource::Given(initial) => (Option::clone(initial), now_ms()),
        };
        let manager = SessionManager::new(config.clone(), routes(), toasts);
        let pending = manager.load_sign_out();
        let effects = manager.advance(Event::Started { initial, received_at_ms, pending });
        (manager, RefCell::new(effects))
    });

    // The effects of the start are performed after the first rendering: a toast is announced only in an existing live region.
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
        let listeners = signals(move |signal| manager.handle_signal(signal));
        let sleep = watch_sleep(move || slept.handle(Event::Resumed));
        move || {
            drop((listeners, sleep));
            stopped.stop();
            RUNNING.set(false);
        }
    });

    // Locations are compared by these three, because one without an id does not equal itself. The first one is no change.
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
