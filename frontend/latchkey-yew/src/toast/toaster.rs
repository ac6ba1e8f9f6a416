//! The corner of the page in which toasts show.

use yew::prelude::*;
use yew::virtual_dom::Key;
use yewdux::prelude::*;

use super::handle::use_toast_queue;
use super::pause::use_pause;
use super::{Toast, ToastId, ToastQueue, ToasterPlace, Tone};
use crate::browser::{Timer, dialog_is_open, escape_key, now_ms};

/// Clocks are as coarse as a tenth of a second.
const SHORTEST_WAIT_MS: u64 = 50;

/// See [`Toaster`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct ToasterProps {
    /// Where it stands. It shows the toasts while they [show there](super::use_toaster_place).
    #[prop_or_default]
    pub place: ToasterPlace,
}

/// The live region with the toasts. It is in the page from the start, or screen readers would miss the first toast.
/// Escape takes the newest away, unless a dialog is open, which has the first claim on the key.
#[component]
pub fn Toaster(props: &ToasterProps) -> Html {
    let (queue, dispatch, texts) = use_toast_queue();
    let shows = queue.place() == props.place;
    let toasts: Vec<_> = queue.toasts().filter(|_| shows).collect();
    let pause = use_pause(shows, toasts.len(), &dispatch);
    use_expiry(queue.next_expiry_ms().filter(|_| shows), &dispatch);
    use_escape(shows, &dispatch);

    let item = |toast: &Toast| {
        let close = taking(&dispatch, &toast.id, None);
        let action = toast.action.as_ref().map(|action| {
            let onclick = taking(&dispatch, &toast.id, Some(action.run.clone()));
            html! { <button type="button" class="lk-toast__action" {onclick}>{ &action.label }</button> }
        });
        html! {
            <li key={key(&toast.id)} class={classes!("lk-toast", tone_class(toast.tone))}>
                <div class="lk-toast__title">{ &toast.title }</div>
                <div class="lk-toast__detail">{ &toast.detail }</div>
                { action }
                <button type="button" class="lk-toast__close" aria-label={&texts.close_notification} onclick={close} />
            </li>
        }
    };
    let class = match props.place {
        ToasterPlace::Page => "lk-toaster",
        ToasterPlace::Dialog => "lk-toaster lk-toaster--dialog",
    };
    html! {
        <section
            {class}
            aria-label={shows.then(|| texts.notifications.clone())}
            aria-live="polite"
            aria-relevant="additions text"
        >
            <ol
                class="lk-toaster__list"
                onmouseover={pause.pointer(true)}
                onmouseout={pause.pointer(false)}
                onfocusin={pause.focus(true)}
                onfocusout={pause.focus(false)}
            >
                { for toasts.into_iter().map(item) }
            </ol>
        </section>
    }
}

/// Takes a toast away on a click, and then calls back: once, however often it was clicked.
fn taking(dispatch: &Dispatch<ToastQueue>, id: &ToastId, run: Option<Callback<()>>) -> Callback<MouseEvent> {
    let (dispatch, id) = (dispatch.clone(), id.clone());
    Callback::from(move |_| {
        let mut taken = None;
        dispatch.reduce_mut(|queue| taken = queue.take(&id));
        if let (Some(run), Some(_)) = (&run, taken) {
            run.emit(());
        }
    })
}

/// The session's toast and one of an app's never have the same.
fn key(id: &ToastId) -> Key {
    match id {
        ToastId::Session => Key::from(0_u8),
        ToastId::App(id) => Key::from(["id-", id].concat()),
    }
}

fn tone_class(tone: Tone) -> &'static str {
    match tone {
        Tone::Info => "lk-toast--info",
        Tone::Success => "lk-toast--success",
        Tone::Warning => "lk-toast--warning",
        Tone::Error => "lk-toast--error",
    }
}

/// Takes toasts away when their time has passed.
#[hook]
fn use_expiry(next_expiry_ms: Option<u64>, dispatch: &Dispatch<ToastQueue>) {
    let dispatch = dispatch.clone();
    let looks = use_state(|| 0_u32);
    let look = looks.clone();
    // A timer may fire a little early, or under a clock that is coarse: then it is set again.
    use_effect_with((next_expiry_ms, *looks), move |(next_expiry_ms, _)| {
        let timer = next_expiry_ms.map(|at_ms| {
            Timer::after(at_ms.saturating_sub(now_ms()).max(SHORTEST_WAIT_MS), move || {
                dispatch.reduce_mut(|queue| queue.expire(now_ms()));
                look.set(look.wrapping_add(1));
            })
        });
        move || drop(timer)
    });
}

#[hook]
fn use_escape(shows: bool, dispatch: &Dispatch<ToastQueue>) {
    let dispatch = dispatch.clone();
    use_effect_with(shows, move |&shows| {
        let dismiss = move || {
            if !dialog_is_open() {
                dispatch.reduce_mut(ToastQueue::dismiss_newest);
            }
        };
        let listener = shows.then(|| escape_key(dismiss));
        move || drop(listener)
    });
}
