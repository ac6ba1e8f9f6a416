//! When time stands still for toasts: while the pointer or the focus is on them, and while the page is hidden.

use std::cell::Cell;
use std::rc::Rc;

use yew::prelude::*;
use yewdux::prelude::*;

use super::ToastQueue;
use crate::browser::{Attention, Signal, attention, look_signals, now_ms};

/// The reasons to hold the toasts, each there or not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Reasons {
    pointer: bool,
    focus: bool,
    hidden: bool,
}

/// Where the reasons come in.
#[derive(Clone)]
pub(super) struct Hold {
    reasons: Rc<Cell<Reasons>>,
    dispatch: Dispatch<ToastQueue>,
}

impl Hold {
    /// The pointer came or went.
    pub(super) fn pointer(&self, there: bool) -> Callback<MouseEvent> {
        let hold = self.clone();
        Callback::from(move |_| hold.change(|reasons| reasons.pointer = there))
    }

    /// The focus came or went.
    pub(super) fn focus(&self, there: bool) -> Callback<FocusEvent> {
        let hold = self.clone();
        Callback::from(move |_| hold.change(|reasons| reasons.focus = there))
    }

    fn change(&self, change: impl FnOnce(&mut Reasons)) {
        let mut reasons = self.reasons.get();
        change(&mut reasons);
        self.reasons.set(reasons);
        self.dispatch.reduce_mut(|queue| {
            if reasons == Reasons::default() {
                queue.release(now_ms());
            } else {
                queue.hold(now_ms());
            }
        });
    }
}

/// Holds the toasts while there is a reason to, in the place where they show: so many of them.
#[hook]
pub(super) fn use_hold(shows: bool, count: usize, dispatch: &Dispatch<ToastQueue>) -> Hold {
    let reasons = use_memo((), |()| Cell::default());
    let hold = Hold { reasons, dispatch: dispatch.clone() };

    let (hidden, left) = (hold.clone(), hold.clone());
    use_effect_with(shows, move |&shows| {
        if shows && attention() == Attention::Hidden {
            hidden.change(|reasons| reasons.hidden = true);
        }
        let changed = move |signal| match signal {
            Signal::Hidden => hidden.change(|reasons| reasons.hidden = true),
            Signal::Shown | Signal::Restored => hidden.change(|reasons| reasons.hidden = false),
            Signal::Offline | Signal::Online | Signal::Used => {}
        };
        let listeners = shows.then(|| look_signals(changed));
        move || {
            drop(listeners);
            // The place where they show from now on has reasons of its own.
            left.change(|reasons| *reasons = Reasons::default());
        }
    });

    // What is taken away under the pointer or with the focus reports neither as gone.
    let gone = hold.clone();
    let before = use_mut_ref(|| 0);
    use_effect_with(count, move |&count| {
        if count < before.replace(count) {
            gone.change(|reasons| (reasons.pointer, reasons.focus) = (false, false));
        }
    });

    hold
}
