//! The hook that runs the session's manager for as long as the app is there.

use std::cell::RefCell;
use std::rc::Rc;

use latchkey_shared::InitialSession;
use yew::prelude::*;
use yew_router::hooks::use_location;
use yewdux::use_dispatch;

use super::manager::SessionManager;
use super::session_store::Navigating;
use crate::browser::{now_ms, signals, watch_sleep};
use crate::core::event::Event;
use crate::toast::use_toasts;
use crate::view::SessionView;

/// Runs the session's manager. Call once, in a component that stays mounted across navigations and that provides the manager
/// as a context to all that use the session. The state that the server wrote into the page is in the store before they
/// render for the first time. `received_at_ms` says when the page arrived with it, on the clock of `browser::now_ms`: the app may
/// have come seconds later, and deadlines count from then.
#[hook]
pub fn use_session_manager(initial: Option<InitialSession>, received_at_ms: Option<u64>) -> SessionManager {
    let (store, progress) = (use_dispatch::<SessionView>(), use_dispatch::<Navigating>());
    let toasts = use_toasts();
    let started = use_memo((), |()| {
        let manager = SessionManager::new(store, progress, toasts);
        let pending = manager.stored_sign_out();
        let received_at_ms = received_at_ms.unwrap_or_else(now_ms);
        let effects = manager.advance(Event::Started { initial, received_at_ms, pending });
        (manager, RefCell::new(effects))
    });

    // What the start asks for waits until the page stands: a toast needs the live region to be there first.
    let start = Rc::clone(&started);
    use_effect_with((), move |()| {
        let (manager, effects) = &*start;
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
