//! What was typed into a page and is not saved: the session's end leaves it where it is, and the browser asks before it
//! leaves the page.

use std::cell::RefCell;
use std::rc::Rc;

use yew::prelude::*;

use crate::browser::{Listener, TouchedFields, ask_before_unload};
use crate::core::event::Event as SessionEvent;
use crate::runtime::{SessionManager, use_manager};

#[derive(Default)]
struct UnsavedInput {
    fields: RefCell<TouchedFields>,
    /// There exactly while something is unsaved.
    before_unload: RefCell<Option<Listener>>,
}

impl UnsavedInput {
    /// The listener holds what it is held by, until it is taken out of it.
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

/// Protects what is typed into a page that keeps its input. Returns what the element around the page does on `input`.
#[hook]
pub(super) fn use_unsaved_input(keeps_input: bool) -> Option<Callback<InputEvent>> {
    let manager = use_manager();
    let unsaved = use_memo((), |()| UnsavedInput::default());

    // After each render: what is saved is what the fields begin with from then on.
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
