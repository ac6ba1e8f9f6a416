//! What the browser tells about the page and the network, in the app's words.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Document, Event, KeyboardEvent, PageTransitionEvent, VisibilityState, Window};

use super::{Listener, now_ms};

/// The events that a user causes, and whether they come in floods.
const USES: [(&str, bool); 6] = [
    ("keydown", false),
    // Not when it goes down: what answers to that must not take a button away from under it.
    ("pointerup", false),
    ("touchstart", true),
    ("touchmove", true),
    ("wheel", true),
    ("scroll", true),
];
const THROTTLE_MS: u64 = 1_000;

/// Something that the browser tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// The network is gone.
    Offline,
    /// The network is back.
    Online,
    /// Nobody sees the page any more.
    Hidden,
    /// Somebody looks at the page again.
    Shown,
    /// The page came out of the back-forward cache.
    Restored,
    /// The user pressed a key, pointed at something, or scrolled. Not more often than once a second.
    UserInput,
}

/// How much somebody looks at the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageFocus {
    /// It is in front of them.
    Focused,
    /// It is on the screen, but the focus is elsewhere.
    Visible,
    /// Nobody can see it.
    Hidden,
}

/// How much somebody looks at the page now.
#[must_use]
pub fn page_focus() -> PageFocus {
    match surroundings() {
        Some((_, document)) if document.visibility_state() == VisibilityState::Hidden => PageFocus::Hidden,
        Some((_, document)) if !document.has_focus().unwrap_or_default() => PageFocus::Visible,
        _ => PageFocus::Focused,
    }
}

/// Calls back for every signal until the listeners are dropped.
#[must_use]
pub fn signals(callback: impl Fn(Signal) + 'static) -> Vec<Listener> {
    let Some((window, _)) = surroundings() else {
        return Vec::new();
    };
    let callback: Rc<dyn Fn(Signal)> = Rc::new(callback);
    let simple = |kind, signal| {
        let callback = Rc::clone(&callback);
        Listener::new(&window, kind, move |_| callback(signal))
    };
    let mut listeners = use_listeners(&window, &callback);
    listeners.extend([simple("offline", Signal::Offline), simple("online", Signal::Online)]);
    listeners.extend(look_listeners(&callback));
    listeners
}

/// Calls back when the page is looked at or no longer, until the listeners are dropped.
#[must_use]
pub fn look_signals(callback: impl Fn(Signal) + 'static) -> Vec<Listener> {
    let callback: Rc<dyn Fn(Signal)> = Rc::new(callback);
    look_listeners(&callback)
}

fn look_listeners(callback: &Rc<dyn Fn(Signal)>) -> Vec<Listener> {
    let Some((window, document)) = surroundings() else {
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

/// What only a user causes. Scrolling comes in floods: one word of it a second is enough, but a key or a click is always
/// passed on.
fn use_listeners(window: &Window, callback: &Rc<dyn Fn(Signal)>) -> Vec<Listener> {
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
    USES.iter().map(listen).collect()
}

/// Calls back when Escape is pressed, until the listener is dropped. Whoever else uses the key prevents its default.
#[must_use]
pub fn escape_key(callback: impl Fn() + 'static) -> Option<Listener> {
    let (window, _) = surroundings()?;
    let pressed = move |event: Event| {
        let escape = event.dyn_ref::<KeyboardEvent>().is_some_and(|key| key.key() == "Escape");
        if escape && !event.default_prevented() {
            callback();
        }
    };
    Some(Listener::new(&window, "keydown", pressed))
}

fn surroundings() -> Option<(Window, Document)> {
    let window = web_sys::window()?;
    let document = window.document()?;
    Some((window, document))
}
