//! The warning that the session is about to end: a quiet line with a countdown for the eyes, a sentence at a few moments
//! for the ears, and a way to stay.

use yew::prelude::*;

use crate::browser::{minutes_and_seconds, use_countdown};
use crate::core::event::Event;
use crate::hooks::use_manager;
use crate::hooks::use_session;
use crate::view::StayRequest;

/// The warning. Its live region stands in the page from the start, or screen readers would miss the first sentence.
#[component]
pub fn ExpiryWarning() -> Html {
    let store = use_session();
    let manager = use_manager();
    let left_s = use_countdown(store.expiring.map(|ending| ending.at_ms));
    let idle = store.expiring.is_some_and(|ending| ending.idle);
    let can_stay = idle || store.session.active().is_some_and(|active| active.session.refreshable);
    let (pending, problem) = match &store.stay_request {
        StayRequest::Idle => (false, None),
        StayRequest::Pending => (true, None),
        StayRequest::Failed(words) => (false, Some(words.clone())),
    };
    let stay = move |_: MouseEvent| {
        if !pending {
            manager.handle(Event::StayRequested);
        }
    };
    html! {
        <div class="end-warning">
            <p class="end-warning__spoken" aria-live="polite">{ left_s.map(spoken) }</p>
            if let Some(left_s) = left_s {
                <div class="end-warning__line" role="group" aria-label="End of the session">
                    <span aria-hidden="true">
                        { "Your session ends in " }
                        <span class="end-warning__time">{ minutes_and_seconds(left_s) }</span>
                    </span>
                    <button
                        type="button"
                        class="button button--quiet"
                        aria-disabled={pending.then_some("true")}
                        onclick={stay}
                    >
                        <span class="button__spinner" hidden={!pending}></span>
                        { if can_stay { "Stay signed in" } else { "Sign in again" } }
                    </button>
                    <span class="end-warning__problem" role="alert">{ problem }</span>
                </div>
            }
        </div>
    }
}

/// What is said: it changes at a minute, half a minute and ten seconds, and is read out when it does.
const fn spoken(left_s: u64) -> &'static str {
    match left_s {
        0..=10 => "Your session ends within 10 seconds.",
        11..=30 => "Your session ends within 30 seconds.",
        31..=60 => "Your session ends within a minute.",
        _ => "Your session ends within two minutes.",
    }
}
