//! Pauses toasts while the pointer or the focus is on them, and while the page is hidden.

use std::cell::Cell;
use std::rc::Rc;

use yew::prelude::*;
use yewdux::prelude::*;

use super::ToastQueue;
use super::handle::change_queue;
use crate::browser::{PageFocus, Signal, now_ms, page_focus, visibility_signals};

/// The reasons for a pause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct PauseReasons {
    pointer: bool,
    focus: bool,
    hidden: bool,
}

/// Updates the reasons, and pauses or resumes the queue.
#[derive(Clone)]
pub(super) struct Pause {
    reasons: Rc<Cell<PauseReasons>>,
    dispatch: Dispatch<ToastQueue>,
}

impl Pause {
    /// A handler for the pointer entering or leaving the toasts.
    pub(super) fn pointer(&self, there: bool) -> Callback<MouseEvent> {
        let pause = self.clone();
        Callback::from(move |_| pause.change(|reasons| reasons.pointer = there))
    }

    /// A handler for the focus entering or leaving the toasts.
    pub(super) fn focus(&self, there: bool) -> Callback<FocusEvent> {
        let pause = self.clone();
        Callback::from(move |_| pause.change(|reasons| reasons.focus = there))
    }

    fn change(&self, change: impl FnOnce(&mut PauseReasons)) {
        let mut reasons = self.reasons.get();
        change(&mut reasons);
        self.set(reasons);
    }

    fn set(&self, reasons: PauseReasons) {
        self.reasons.set(reasons);
        change_queue(&self.dispatch, |queue| {
            if reasons == PauseReasons::default() {
                queue.resume(now_ms());
            } else {
                queue.pause(now_ms());
            }
        });
    }
}

/// Pauses the toasts while there is a reason to. `count` is their number.
#[hook]
pub(super) fn use_pause(count: usize, dispatch: &Dispatch<ToastQueue>) -> Pause {
    let reasons = use_memo((), |()| Cell::default());
    let pause = Pause { reasons, dispatch: dispatch.clone() };

    let (hidden, left) = (pause.clone(), pause.clone());
    use_effect_with((), move |()| {
        if page_focus() == PageFocus::Hidden {
            hidden.change(|reasons| reasons.hidden = true);
        }
        let listeners = visibility_signals(move |signal| match signal {
            Signal::Hidden => hidden.change(|reasons| reasons.hidden = true),
            Signal::Shown | Signal::Restored => hidden.change(|reasons| reasons.hidden = false),
            Signal::Offline | Signal::Online | Signal::Left | Signal::UserInput => {}
        });
        move || {
            drop(listeners);
            // The list in another place has its own reasons.
            left.change(|reasons| *reasons = PauseReasons::default());
        }
    });

    // A toast that is removed under the pointer or with the focus causes no event.
    let gone = pause.clone();
    let before = use_mut_ref(|| 0);
    use_effect_with(count, move |&count| {
        if count < before.replace(count) {
            gone.change(|reasons| (reasons.pointer, reasons.focus) = (false, false));
        }
    });

    pause
}
