//! What components do to DOM elements directly: move the focus, open dialogs, read and clear fields.

use web_sys::{HtmlDialogElement, HtmlElement, HtmlInputElement};
use yew::NodeRef;

/// Moves the focus to an element, if it is in the page.
pub fn focus(node: &NodeRef) {
    if let Some(element) = node.cast::<HtmlElement>() {
        // It fails only for an element that cannot take the focus.
        let _ = element.focus();
    }
}

/// Opens a modal dialog, or closes it, which returns the focus to where it was before.
pub fn show_modal(node: &NodeRef, open: bool) {
    if let Some(dialog) = node.cast::<HtmlDialogElement>()
        && dialog.open() != open
    {
        if open {
            // It fails only for a dialog that is open or not in the page.
            let _ = dialog.show_modal();
        } else {
            dialog.close();
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
