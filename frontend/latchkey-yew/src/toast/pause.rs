//! When time stands still for toasts: while the pointer or the focus is on them, and while the page is hidden.

use std::cell::Cell;
use std::rc::Rc;

use yew::prelude::*;
use yewdux::prelude::*;

use super::ToastQueue;
use crate::browser::{PageFocus, Signal, look_signals, now_ms, page_focus};

/// The reasons to hold the toasts, each there or not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Reasons {
    pointer: bool,
    focus: bool,
    hidden: bool,
}

/// Where the reasons come in.
#[derive(Clone)]
pub(super) struct Pause {
    reasons: Rc<Cell<Reasons>>,
    dispatch: Dispatch<ToastQueue>,
}

impl Pause {
    /// The pointer came or went.
    pub(super) fn pointer(&self, there: bool) -> Callback<MouseEvent> {
        let pause = self.clone();
        Callback::from(move |_| pause.change(|reasons| reasons.pointer = there))
    }

    /// The focus came or went.
    pub(super) fn focus(&self, there: bool) -> Callback<FocusEvent> {
        let pause = self.clone();
        Callback::from(move |_| pause.change(|reasons| reasons.focus = there))
    }

    fn change(&self, change: impl FnOnce(&mut Reasons)) {
        let mut reasons = self.reasons.get();
        change(&mut reasons);
        self.reasons.set(reasons);
        self.dispatch.reduce_mut(|queue| {
            if reasons == Reasons::default() {
                queue.resume(now_ms());
            } else {
                queue.pause(now_ms());
            }
        });
    }
}

/// Holds the toasts while there is a reason to, in the place where they show: so many of them.
#[hook]
pub(super) fn use_pause(shows: bool, count: usize, dispatch: &Dispatch<ToastQueue>) -> Pause {
    let reasons = use_memo((), |()| Cell::default());
    let pause = Pause { reasons, dispatch: dispatch.clone() };

    let (hidden, left) = (pause.clone(), pause.clone());
    use_effect_with(shows, move |&shows| {
        if shows && page_focus() == PageFocus::Hidden {
            hidden.change(|reasons| reasons.hidden = true);
        }
        let changed = move |signal| match signal {
            Signal::Hidden => hidden.change(|reasons| reasons.hidden = true),
            Signal::Shown | Signal::Restored => hidden.change(|reasons| reasons.hidden = false),
            Signal::Offline | Signal::Online | Signal::UserInput => {}
        };
        let listeners = shows.then(|| look_signals(changed));
        move || {
            drop(listeners);
            // The place where they show from now on has reasons of its own.
            left.change(|reasons| *reasons = Reasons::default());
        }
    });

    // What is taken away under the pointer or with the focus reports neither as gone.
    let gone = pause.clone();
    let before = use_mut_ref(|| 0);
    use_effect_with(count, move |&count| {
        if count < before.replace(count) {
            gone.change(|reasons| (reasons.pointer, reasons.focus) = (false, false));
        }
    });

    pause
}
