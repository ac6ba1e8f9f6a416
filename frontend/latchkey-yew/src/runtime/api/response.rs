//! What counts as an answer. Only what the server itself could have said is taken at its word: a captive portal's 200, a
//! proxy's error page, 429 and 5xx are all "cannot tell".

use latchkey_shared::Problem;
use latchkey_shared::api::PROBLEM_JSON;
use serde::de::DeserializeOwned;

use super::ApiError;
use crate::browser::{Response, from_json};

/// The longest wait that is believed: who is told to wait for longer would rather see whether it is still true.
const LONGEST_RETRY_AFTER_S: u64 = 300;

/// A success that is none of ours: a captive portal's, perhaps.
const UNREADABLE: ApiError = ApiError::CannotTell { retry_after_ms: None, answered: true, foreign: true };

/// Takes the answers of a success.
pub(super) fn success(response: Response) -> Result<Response, ApiError> {
    if matches!(response.status, 200 | 204) { Ok(response) } else { Err(failure(&response)) }
}

/// Reads an answer that must be JSON.
pub(super) fn json<T: DeserializeOwned>(response: &Response) -> Result<T, ApiError> {
    let found = response.status == 200 && media_type(response) == "application/json";
    let body = found.then(|| from_json(&response.body)).flatten();
    body.ok_or(UNREADABLE)
}

/// Reads an answer that must be empty.
pub(super) fn nothing(response: &Response) -> Result<(), ApiError> {
    if response.status == 204 { Ok(()) } else { Err(UNREADABLE) }
}

/// What any other answer means. Only a problem of this API with the status of the answer is believed, its `Retry-After`
/// included: a proxy's own page or problem says nothing about us.
fn failure(response: &Response) -> ApiError {
    let is_problem = media_type(response) == PROBLEM_JSON;
    let problem = is_problem.then(|| from_json::<Problem>(&response.body)).flatten();
    let is_ours = |problem: &Problem| problem.status == response.status && problem.family_code().is_some();
    let Some(problem) = problem.filter(is_ours) else {
        return UNREADABLE;
    };
    let retry_after_ms = response.retry_after.as_deref().and_then(retry_after_ms);
    match problem.status {
        status if is_final(status) => ApiError::Refused(problem),
        // The detail of a 429 is for the user; that of a 5xx is for the operator.
        429 => ApiError::TooManyAttempts { retry_after_ms, detail: problem.detail },
        _ => ApiError::CannotTell { retry_after_ms, answered: true, foreign: false },
    }
}

/// Whether asking again would be answered alike: not after "too slow" and "too often".
fn is_final(status: u16) -> bool {
    (400..500).contains(&status) && status != 408 && status != 429
}

/// `Retry-After` in its plain form; the form with a date would need a clock that agrees with the server's.
fn retry_after_ms(header: &str) -> Option<u64> {
    let seconds: u64 = header.trim().parse().ok()?;
    Some(seconds.min(LONGEST_RETRY_AFTER_S) * 1_000)
}

fn media_type(response: &Response) -> &str {
    response.content_type.split(';').next().unwrap_or_default().trim()
}
