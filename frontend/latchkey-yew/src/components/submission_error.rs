//! The error of a form's last submission, with the countdown of a rate limit.

use latchkey_shared::ErrorCode;
use yew::prelude::*;

use super::callout::{CalloutTone, callout};
use super::retry_wait;
use crate::texts::Texts;

/// The error of a submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubmissionError {
    /// The server's code, if it refused.
    pub code: Option<ErrorCode>,
    /// The message for the user.
    pub message: AttrValue,
    /// When the rate limit ends, if there is one, on the clock of `browser::now_ms`.
    pub retry_at_ms: Option<u64>,
}

/// Shows the error of the last submission. The element is always rendered, so that the form's fields keep their identity.
/// `remaining_s` counts down a rate limit. While a submission is `pending`, the old message is hidden but keeps its space.
pub fn submission_error(
    texts: &Texts,
    error: Option<&SubmissionError>,
    remaining_s: Option<u64>,
    pending: bool,
) -> Html {
    let message = error.map(|error| match (error.retry_at_ms, remaining_s) {
        (None, _) => callout(CalloutTone::Error, None, html! { &error.message }),
        (Some(_), Some(remaining_s @ 1..)) => {
            callout(CalloutTone::Error, Some(texts.too_many_attempts.clone()), retry_wait::message(texts, remaining_s))
        }
        (Some(_), _) => callout(CalloutTone::Info, None, html! { &texts.try_again_now }),
    });
    html! {
        <div class="lk-submission">
            if let Some(message) = message {
                <div role="alert" class={if pending { "lk-submission__alert lk-stale" } else { "lk-submission__alert" }}>{ message }</div>
            }
        </div>
    }
}
