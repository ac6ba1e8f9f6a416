//! The few things that components do to the document by hand: moving the focus, and reading what was typed.

use web_sys::{HtmlDialogElement, HtmlElement, HtmlInputElement};
use yew::NodeRef;

/// Moves the focus to an element, if it is in the page.
pub fn focus(node: &NodeRef) {
    if let Some(element) = node.cast::<HtmlElement>() {
        // Refused only for what cannot take the focus at all, and then there is nothing better to do.
        let _ = element.focus();
    }
}

/// Opens a modal dialog, or closes it, which gives the focus back to where it was.
pub fn show_modal(node: &NodeRef, open: bool) {
    if let Some(dialog) = node.cast::<HtmlDialogElement>()
        && dialog.open() != open
    {
        if open {
            // Refused only for a dialog that is open or not in the page.
            let _ = dialog.show_modal();
        } else {
            dialog.close();
        }
    }
}

/// Moves the focus to a field and selects what is in it, so that typing replaces it.
pub fn focus_and_select(field: &NodeRef) {
    focus(field);
    if let Some(input) = field.cast::<HtmlInputElement>() {
        input.select();
    }
}

/// What a field holds now, be it typed, pasted or filled in by a password manager.
#[must_use]
pub fn value_of(field: &NodeRef) -> String {
    field.cast::<HtmlInputElement>().map(|input| input.value()).unwrap_or_default()
}

/// Whether a box is ticked; nothing, if it is not in the page.
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
