//! The warning that the session is about to end: a quiet line with a countdown for the eyes, a sentence at a few moments
//! for the ears, and a way to stay.

use yew::prelude::*;

use super::retry_wait::minutes;
use crate::browser::{minutes_and_seconds, use_countdown};
use crate::core::event::Event;
use crate::hooks::use_session;
use crate::runtime::use_manager;
use crate::texts::{Texts, around, fill};
use crate::view::{Failure, StayRequest};

/// The warning. Its live region stands in the page from the start, or screen readers would miss the first sentence.
#[component]
pub fn ExpiryWarning() -> Html {
    let store = use_session();
    let manager = use_manager();
    let texts = manager.texts().clone();
    let left_s = use_countdown(store.expiring.map(|ending| ending.at_ms));
    let idle = store.expiring.is_some_and(|ending| ending.idle);
    let can_stay = idle || store.session.active().is_some_and(|active| active.session.refreshable);
    let (pending, problem) = match &store.stay_request {
        StayRequest::Idle => (false, None),
        StayRequest::Pending => (true, None),
        StayRequest::Failed(Failure::Unreachable) => (false, Some(texts.not_prolonged.clone())),
        StayRequest::Failed(failure) => (false, Some(texts.failure(failure))),
    };
    let stay = move |_: MouseEvent| {
        if !pending {
            manager.handle(Event::StayRequested);
        }
    };
    let (before, after) = around(&texts.expires_in);
    html! {
        <div class="lk-end-warning">
            <p class="lk-end-warning__spoken" aria-live="polite">{ left_s.map(|left_s| spoken(&texts, left_s)) }</p>
            if let Some(left_s) = left_s {
                <div class="lk-end-warning__line" role="group" aria-label={&texts.expiry}>
                    <span aria-hidden="true">
                        { before }
                        <span class="lk-end-warning__time">{ minutes_and_seconds(left_s) }</span>
                        { after }
                    </span>
                    <button
                        type="button"
                        class="lk-button lk-button--quiet"
                        aria-disabled={pending.then_some("true")}
                        onclick={stay}
                    >
                        <span class="lk-button__spinner" hidden={!pending}></span>
                        { if can_stay { &texts.stay_signed_in } else { &texts.sign_in_again } }
                    </button>
                    <span class="lk-end-warning__problem" role="alert">{ problem }</span>
                </div>
            }
        </div>
    }
}

/// What is said: it changes at each minute, at half a minute and at ten seconds, and is read out when it does.
fn spoken(texts: &Texts, left_s: u64) -> AttrValue {
    match left_s {
        0..=10 => texts.expires_within_10_seconds.clone(),
        11..=30 => texts.expires_within_30_seconds.clone(),
        31..=60 => texts.expires_within_a_minute.clone(),
        61..=120 => texts.expires_within_two_minutes.clone(),
        _ => fill(&texts.expires_in, &minutes(texts, left_s.div_ceil(60))).into(),
    }
}
