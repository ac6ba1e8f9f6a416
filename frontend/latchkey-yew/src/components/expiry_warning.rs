//! The warning before the session ends: a line with a countdown, sentences for screen readers at a few moments, and a button to
//! stay signed in.

use yew::prelude::*;

use super::retry_wait::minutes;
use crate::browser::{minutes_and_seconds, use_countdown};
use crate::core::event::Event;
use crate::hooks::{use_session, use_texts};
use crate::runtime::{SessionNotices, use_manager, use_session_notices};
use crate::texts::{Texts, around, fill};
use crate::view::{Failure, SessionView, StayRequest};

/// The warning before the session ends.
#[component]
pub fn ExpiryWarning() -> Html {
    expiry_warning(use_session_notices())
}

/// Its live region is always in the page, or screen readers would miss the first sentence.
pub(super) fn expiry_warning(notices: SessionNotices) -> Html {
    html! {
        <div class="lk-end-warning">
            <p class="lk-end-warning__spoken" aria-live="polite">
                if notices.expiring {
                    <Announcement />
                }
            </p>
            if notices.expiring {
                <Line />
            }
        </div>
    }
}

/// The seconds that are left, counted down.
#[hook]
fn use_remaining_s(view: &SessionView) -> Option<u64> {
    use_countdown(view.expiring.map(|deadline| deadline.at_ms))
}

#[component]
fn Announcement() -> Html {
    let (view, texts) = (use_session(), use_texts());
    let remaining_s = use_remaining_s(&view);
    remaining_s.map(|remaining_s| announcement(&texts, remaining_s).into()).unwrap_or_default()
}

#[component]
fn Line() -> Html {
    let view = use_session();
    let manager = use_manager();
    let texts = manager.texts().clone();
    let Some(remaining_s) = use_remaining_s(&view) else {
        return Html::default();
    };
    let idle = view.expiring.is_some_and(|deadline| deadline.idle);
    let can_stay = idle || view.session.active().is_some_and(|active| active.session.refreshable);
    let (pending, problem) = match &view.stay_request {
        StayRequest::Idle => (false, None),
        StayRequest::Pending => (true, None),
        StayRequest::Failed(Failure::Unreachable) => (false, Some(texts.not_extended.clone())),
        StayRequest::Failed(failure) => (false, Some(texts.failure(failure))),
    };
    let stay = move |_: MouseEvent| {
        if !pending {
            manager.handle(Event::StayRequested);
        }
    };
    let (before, after) = around(&texts.expires_in);
    html! {
        <div class="lk-end-warning__line" role="group" aria-label={&texts.expiry}>
            <span class="lk-end-warning__words" aria-hidden="true">
                { before }
                <span class="lk-end-warning__time">{ minutes_and_seconds(remaining_s) }</span>
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
}

/// The sentence for screen readers. It changes every minute, at half a minute and at ten seconds, and is read out then.
fn announcement(texts: &Texts, remaining_s: u64) -> AttrValue {
    match remaining_s {
        0..=10 => texts.expires_within_10_seconds.clone(),
        11..=30 => texts.expires_within_30_seconds.clone(),
        31..=60 => texts.expires_within_a_minute.clone(),
        61..=120 => texts.expires_within_two_minutes.clone(),
        _ => fill(&texts.expires_in, &minutes(texts, remaining_s.div_ceil(60))).into(),
    }
}
