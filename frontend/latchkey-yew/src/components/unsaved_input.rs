//! Protects a page's unsaved input: it is kept when the session ends, and the browser asks before it leaves the page.

use std::cell::RefCell;
use std::rc::Rc;

use yew::prelude::*;

use crate::browser::{Listener, TouchedFields, ask_before_unload};
use crate::core::event::Event as SessionEvent;
use crate::runtime::{SessionManager, use_manager};

#[derive(Default)]
struct UnsavedInput {
    fields: RefCell<TouchedFields>,
    /// Present exactly while there is unsaved input.
    before_unload: RefCell<Option<Listener>>,
}

impl UnsavedInput {
    /// The listener holds a reference to this object, which holds the listener: taking it out breaks the cycle.
    fn ask_before_unload(self: &Rc<Self>) -> Option<Listener> {
        let unsaved = self.clone();
        ask_before_unload(move || unsaved.fields.borrow_mut().any_unsaved())
    }

    fn update(self: &Rc<Self>, manager: &SessionManager) {
        let unsaved = self.fields.borrow_mut().any_unsaved();
        if unsaved != self.before_unload.borrow().is_some() {
            self.before_unload.replace(unsaved.then(|| self.ask_before_unload()).flatten());
            let event = if unsaved { SessionEvent::Edited } else { SessionEvent::InputSaved };
            manager.handle(event);
        }
    }
}

/// Protects the input of a page. Returns the `input` handler for the element around the page, if the page keeps its input.
#[hook]
pub(super) fn use_unsaved_input(keeps_input: bool) -> Option<Callback<InputEvent>> {
    let manager = use_manager();
    let unsaved = use_memo((), |()| UnsavedInput::default());

    // After each rendering: saved values have become the fields' initial values.
    let (rendered, on_render) = (unsaved.clone(), manager.clone());
    use_effect(move || rendered.update(&on_render));
    let left = unsaved.clone();
    use_effect_with((), move |()| move || drop(left.before_unload.take()));

    keeps_input.then(|| {
        Callback::from(move |event: InputEvent| {
            unsaved.fields.borrow_mut().touch(&event);
            unsaved.update(&manager);
        })
    })
}
