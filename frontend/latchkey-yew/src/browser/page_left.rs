//! A signal that aborts when the tab leaves the page. The browser may keep the page in the back-forward cache, where no script
//! runs, so it must hold nothing that other tabs wait for.

use std::cell::RefCell;

use web_sys::{AbortController, AbortSignal};

use super::Listener;

/// A controller, and the listener that aborts it.
type Current = (AbortController, Listener);

thread_local! {
    static CURRENT: RefCell<Option<Current>> = const { RefCell::new(None) };
}

/// A signal that aborts when the tab leaves the page. After that, and if the page is restored, there is a new one. `None` in
/// browsers without `AbortController`.
pub(super) fn page_left() -> Option<AbortSignal> {
    CURRENT.with_borrow_mut(|current| {
        if current.as_ref().is_none_or(|(controller, _)| controller.signal().aborted()) {
            *current = new();
        }
        current.as_ref().map(|(controller, _)| controller.signal())
    })
}

fn new() -> Option<Current> {
    let (window, controller) = (web_sys::window()?, AbortController::new().ok()?);
    let leaving = controller.clone();
    let listener = Listener::new(&window, "pagehide", move |_| leaving.abort());
    Some((controller, listener))
}
