//! What components do to DOM elements directly: move the focus, open dialogs, read and clear fields.

use wasm_bindgen::JsCast;
use web_sys::{HtmlDialogElement, HtmlElement, HtmlInputElement};
use yew::NodeRef;

use super::Timer;
use super::document::document;

/// How long after a refusal the focus is moved again.
const RETRY_MS: u32 = 50;

/// Moves the focus to an element, if it is in the page.
pub fn focus(node: &NodeRef) {
    if let Some(element) = node.cast::<HtmlElement>() {
        focus_element(element);
    }
}

/// Moves the focus to an element. WebKit may refuse it to an element that was hidden or under a modal dialog a moment ago.
fn focus_element(element: HtmlElement) {
    let _ = element.focus();
    if nothing_is_focused() {
        Timer::detached(RETRY_MS, move || {
            if nothing_is_focused() {
                let _ = element.focus();
            }
        });
    }
}

fn nothing_is_focused() -> bool {
    focused().is_none()
}

/// The element that has the focus; `None` if no element has.
#[must_use]
pub fn focused() -> Option<HtmlElement> {
    let active = document()?.active_element()?.dyn_into::<HtmlElement>().ok()?;
    (active.local_name() != "body").then_some(active)
}

/// Opens a modal dialog.
pub fn show_modal(node: &NodeRef) {
    if let Some(dialog) = node.cast::<HtmlDialogElement>().filter(|dialog| !dialog.open()) {
        // It fails only for a dialog that is open or not in the page.
        let _ = dialog.show_modal();
    }
}

/// Closes a dialog, and returns the focus to the element that had it before. The browser does so itself, unless that element was
/// already hidden when the dialog opened, or cannot take the focus yet.
pub fn close_dialog(node: &NodeRef, focused_before: Option<HtmlElement>) {
    if let Some(dialog) = node.cast::<HtmlDialogElement>().filter(HtmlDialogElement::open) {
        dialog.close();
        if let Some(element) = focused_before.filter(|_| nothing_is_focused()) {
            focus_element(element);
        }
    }
}

/// Moves the focus to a field and selects its value, so that typing replaces it.
pub fn focus_and_select(field: &NodeRef) {
    focus(field);
    if let Some(input) = field.cast::<HtmlInputElement>() {
        input.select();
    }
}

/// The current value of a field, whether typed, pasted or filled in by a password manager; empty if it is not in the page.
#[must_use]
pub fn value_of(field: &NodeRef) -> String {
    field.cast::<HtmlInputElement>().map(|input| input.value()).unwrap_or_default()
}

/// Whether a checkbox is ticked; `None` if it is not in the page.
#[must_use]
pub fn is_checked(field: &NodeRef) -> Option<bool> {
    field.cast::<HtmlInputElement>().map(|input| input.checked())
}

/// Empties a field.
pub fn clear(field: &NodeRef) {
    if let Some(input) = field.cast::<HtmlInputElement>() {
        input.set_value("");
    }
}
