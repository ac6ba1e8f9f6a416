//! What components do to DOM elements directly: move the focus, open dialogs, read and clear fields.

use std::cell::RefCell;

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlDialogElement, HtmlElement, HtmlInputElement, Node};
use yew::NodeRef;

use super::document::document;
use super::frame::next_frame;

thread_local! {
    /// What had the focus before a modal dialog was opened.
    static FOCUSED_BEFORE: RefCell<Option<Element>> = const { RefCell::new(None) };
}

/// Moves the focus to an element, if it is in the page.
pub fn focus(node: &NodeRef) {
    if let Some(element) = node.get() {
        move_focus(&element);
    }
}

/// Moves the focus to an element of a new page once it is drawn, because that takes another layout. Leaves the focus where it is if
/// something else has taken it by then.
pub fn focus_when_drawn(node: NodeRef) {
    let before = active_element();
    spawn_local(async move {
        next_frame().await;
        if active_element() == before {
            focus(&node);
        }
    });
}

fn active_element() -> Option<Element> {
    document().and_then(|document| document.active_element())
}

fn move_focus(element: &Node) {
    // It fails only for an element that cannot take the focus.
    let _ = element.unchecked_ref::<HtmlElement>().focus();
}

/// Remembers what has the focus, for [`show_modal`] and [`restore_focus`]. Call before the page under the dialog is hidden: the browser
/// may draw it in between, and then the dialog does not know what had the focus.
pub fn remember_focus() {
    FOCUSED_BEFORE.with_borrow_mut(|before| {
        if before.is_none() {
            *before = active_element();
        }
    });
}

/// Moves the focus to where it was before a modal dialog. Call when the dialog is gone and the page is no longer hidden.
pub fn restore_focus() {
    if let Some(element) = FOCUSED_BEFORE.take() {
        move_focus(&element);
    }
}

/// Opens a modal dialog, or closes it and moves the focus to where it was before.
pub fn show_modal(node: &NodeRef, open: bool) {
    if let Some(dialog) = node.cast::<HtmlDialogElement>()
        && dialog.open() != open
    {
        if open {
            // It fails only for a dialog that is open or not in the page.
            let _ = dialog.show_modal();
        } else {
            dialog.close();
            restore_focus();
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
