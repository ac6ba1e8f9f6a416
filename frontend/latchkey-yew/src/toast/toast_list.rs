//! The toasts that are shown, and what runs while there are any: their timers, and the key that removes them.

use std::rc::Rc;

use yew::prelude::*;
use yew::virtual_dom::Key;
use yewdux::prelude::*;

use super::handle::{change_queue, use_toast_queue};
use super::pause::{Pause, use_pause};
use super::{Toast, ToastId, ToastQueue, Tone};
use crate::browser::{Timer, dialog_is_open, escape_key, now_ms};
use crate::texts::Texts;

/// The shortest timer; clocks may be as coarse as a tenth of a second.
const SHORTEST_WAIT_MS: u64 = 50;

/// The toasts that are shown, in the [`Toaster`](super::Toaster).
#[component]
pub(super) fn ToastList() -> Html {
    let (queue, dispatch, texts) = use_toast_queue(Rc::clone);
    let toasts: Vec<_> = queue.toasts().collect();
    let pause = use_pause(toasts.len(), &dispatch);
    use_expiry(queue.next_expiry_ms(), &dispatch);
    use_escape(&dispatch);

    toasts.into_iter().map(|toast| item(toast, &pause, &dispatch, &texts)).collect()
}

fn item(toast: &Toast, pause: &Pause, dispatch: &Dispatch<ToastQueue>, texts: &Texts) -> Html {
    let close = taking(dispatch, &toast.id, None);
    let action = toast.action.as_ref().map(|action| {
        let onclick = taking(dispatch, &toast.id, Some(action.run.clone()));
        html! { <button type="button" class="lk-toast__action" {onclick}>{ &action.label }</button> }
    });
    html! {
        <li
            key={key(&toast.id)}
            class={class_of(toast.tone)}
            onmouseover={pause.pointer(true)}
            onmouseout={pause.pointer(false)}
            onfocusin={pause.focus(true)}
            onfocusout={pause.focus(false)}
        >
            <div class="lk-toast__title">{ &toast.title }</div>
            <div class="lk-toast__detail">{ &toast.detail }</div>
            { action }
            <button type="button" class="lk-toast__close" aria-label={&texts.close_notification} onclick={close} />
        </li>
    }
}

/// Removes a toast on a click, and then calls back; only once, even on a double click.
fn taking(dispatch: &Dispatch<ToastQueue>, id: &ToastId, run: Option<Callback<()>>) -> Callback<MouseEvent> {
    let (dispatch, id) = (dispatch.clone(), id.clone());
    Callback::from(move |_| {
        let mut taken = None;
        change_queue(&dispatch, |queue| taken = queue.take(&id));
        if let (Some(run), Some(_)) = (&run, taken) {
            run.emit(());
        }
    })
}

/// The key of a toast; the session's never equals an app's.
fn key(id: &ToastId) -> Key {
    match id {
        ToastId::Session => Key::from(0_u8),
        ToastId::App(id) => Key::from(["id-", id].concat()),
    }
}

fn class_of(tone: Tone) -> &'static str {
    match tone {
        Tone::Info => "lk-toast lk-toast--info",
        Tone::Success => "lk-toast lk-toast--success",
        Tone::Warning => "lk-toast lk-toast--warning",
        Tone::Error => "lk-toast lk-toast--error",
    }
}

/// Removes toasts when their time has passed.
#[hook]
fn use_expiry(next_expiry_ms: Option<u64>, dispatch: &Dispatch<ToastQueue>) {
    let dispatch = dispatch.clone();
    let looks = use_state(|| 0_u32);
    let look = looks.clone();
    // A timer may fire early because of a coarse clock; then it is restarted.
    use_effect_with((next_expiry_ms, *looks), move |(next_expiry_ms, _)| {
        let timer = next_expiry_ms.map(|at_ms| {
            Timer::after(at_ms.saturating_sub(now_ms()).max(SHORTEST_WAIT_MS), move || {
                change_queue(&dispatch, |queue| queue.expire(now_ms()));
                look.set(look.wrapping_add(1));
            })
        });
        move || drop(timer)
    });
}

#[hook]
fn use_escape(dispatch: &Dispatch<ToastQueue>) {
    let dispatch = dispatch.clone();
    use_effect_with((), move |()| {
        let listener = escape_key(move || {
            if !dialog_is_open() {
                change_queue(&dispatch, ToastQueue::dismiss_newest);
            }
        });
        move || drop(listener)
    });
}
