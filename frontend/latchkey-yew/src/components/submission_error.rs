//! Why the last submission of a form failed, and how long to wait before the next.

use latchkey_shared::ErrorCode;
use yew::prelude::*;

use super::callout::{CalloutTone, callout};
use super::retry_wait;
use crate::texts::Texts;

/// Why a submission failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubmissionError {
    /// The server's code, if it refused.
    pub code: Option<ErrorCode>,
    /// What to tell the user.
    pub message: AttrValue,
    /// Until when the server looks at no further attempt, if it said so, on the clock of `browser::now_ms`.
    pub retry_at_ms: Option<u64>,
}

/// Shows why the last submission failed. The element is always there, because a form must not lose its fields when the words
/// come and go. `left_s` counts down to the next attempt; while that is `pending`, the old words keep their room unseen.
pub fn submission_error(texts: &Texts, error: Option<&SubmissionError>, left_s: Option<u64>, pending: bool) -> Html {
    let message = error.map(|error| match (error.retry_at_ms, left_s) {
        (None, _) => callout(CalloutTone::Error, None, html! { &error.message }),
        (Some(_), Some(left_s @ 1..)) => {
            callout(CalloutTone::Error, Some(texts.too_many_attempts.clone()), retry_wait::message(texts, left_s))
        }
        (Some(_), _) => callout(CalloutTone::Info, None, html! { &texts.try_again_now }),
    });
    html! {
        <div class="lk-submission">
            if let Some(message) = message {
                <div role="alert" class={pending.then_some("lk-stale")}>{ message }</div>
            }
        </div>
    }
}
