//! The browser's events about the page, the network and the user's input.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Document, Event, KeyboardEvent, PageTransitionEvent, VisibilityState, Window};

use super::{Listener, now_ms};

/// The events that only a user causes, and whether they are throttled.
const USER_INPUT_EVENTS: [(&str, bool); 6] = [
    ("keydown", false),
    // Not `pointerdown`: what follows from it could remove the button before it is clicked.
    ("pointerup", false),
    ("touchstart", true),
    ("touchmove", true),
    ("wheel", true),
    ("scroll", true),
];
const THROTTLE_MS: u64 = 1_000;

/// An event of the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// The network was lost.
    Offline,
    /// The network is available again.
    Online,
    /// The page is not visible any more.
    Hidden,
    /// The page is visible again, or has got the focus.
    Shown,
    /// The tab leaves the page, which the browser may keep in the back-forward cache.
    Left,
    /// The page was restored from the back-forward cache.
    Restored,
    /// The user pressed a key, clicked, touched or scrolled. Touching and scrolling are throttled to once a second.
    UserInput,
}

/// Whether the user looks at the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageFocus {
    /// It has the focus.
    Focused,
    /// It is visible without the focus.
    Visible,
    /// It is not visible.
    Hidden,
}

/// Whether the user looks at the page now.
#[must_use]
pub fn page_focus() -> PageFocus {
    match window_and_document() {
        Some((_, document)) if document.visibility_state() == VisibilityState::Hidden => PageFocus::Hidden,
        Some((_, document)) if !document.has_focus().unwrap_or_default() => PageFocus::Visible,
        _ => PageFocus::Focused,
    }
}

/// Calls back for every signal until the listeners are dropped.
#[must_use]
pub fn signals(callback: impl Fn(Signal) + 'static) -> Vec<Listener> {
    let Some((window, _)) = window_and_document() else {
        return Vec::new();
    };
    let callback: Rc<dyn Fn(Signal)> = Rc::new(callback);
    let simple = |kind, signal| {
        let callback = Rc::clone(&callback);
        Listener::new(&window, kind, move |_| callback(signal))
    };
    let mut listeners = input_listeners(&window, &callback);
    listeners.extend([
        simple("offline", Signal::Offline),
        simple("online", Signal::Online),
        simple("pagehide", Signal::Left),
    ]);
    listeners.extend(visibility_listeners(&callback));
    listeners
}

/// Calls back for [`Signal::Shown`], [`Signal::Hidden`] and [`Signal::Restored`] until the listeners are dropped.
#[must_use]
pub fn visibility_signals(callback: impl Fn(Signal) + 'static) -> Vec<Listener> {
    let callback: Rc<dyn Fn(Signal)> = Rc::new(callback);
    visibility_listeners(&callback)
}

fn visibility_listeners(callback: &Rc<dyn Fn(Signal)>) -> Vec<Listener> {
    let Some((window, document)) = window_and_document() else {
        return Vec::new();
    };
    let [focused, restored, seen] = [(); 3].map(|()| Rc::clone(callback));
    vec![
        Listener::new(&window, "focus", move |_| focused(Signal::Shown)),
        Listener::new(&window, "pageshow", move |event| {
            if event.dyn_ref::<PageTransitionEvent>().is_some_and(PageTransitionEvent::persisted) {
                restored(Signal::Restored);
            }
        }),
        Listener::new(&document.clone(), "visibilitychange", move |_| {
            seen(match document.visibility_state() {
                VisibilityState::Hidden => Signal::Hidden,
                _ => Signal::Shown,
            });
        }),
    ]
}

/// Listeners for the user's input. A key or a click is always reported; touching and scrolling cause many events and are
/// throttled.
fn input_listeners(window: &Window, callback: &Rc<dyn Fn(Signal)>) -> Vec<Listener> {
    let last_ms = Rc::new(Cell::new(None::<u64>));
    let listen = |&(kind, throttled): &(&'static str, bool)| {
        let (callback, last_ms) = (Rc::clone(callback), Rc::clone(&last_ms));
        Listener::passive(window, kind, move |_| {
            let now_ms = now_ms();
            let recently = last_ms.get().is_some_and(|last_ms| now_ms < last_ms + THROTTLE_MS);
            if !(throttled && recently) {
                last_ms.set(Some(now_ms));
                callback(Signal::UserInput);
            }
        })
    };
    USER_INPUT_EVENTS.iter().map(listen).collect()
}

/// Calls back when Escape is pressed and no other listener has prevented its default, until the listener is dropped.
#[must_use]
pub fn escape_key(callback: impl Fn() + 'static) -> Option<Listener> {
    let (window, _) = window_and_document()?;
    let pressed = move |event: Event| {
        let escape = event.dyn_ref::<KeyboardEvent>().is_some_and(|key| key.key() == "Escape");
        if escape && !event.default_prevented() {
            callback();
        }
    };
    Some(Listener::new(&window, "keydown", pressed))
}

fn window_and_document() -> Option<(Window, Document)> {
    let window = web_sys::window()?;
    let document = window.document()?;
    Some((window, document))
}
