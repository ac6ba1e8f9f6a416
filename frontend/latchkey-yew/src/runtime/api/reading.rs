//! What an answer means. Only what the server itself could have said is taken at its word: a captive portal's 200 and a
//! proxy's error page are unexpected, and say nothing about us.

use latchkey_shared::Problem;
use latchkey_shared::api::PROBLEM_JSON;
use serde::de::DeserializeOwned;

use super::error::ApiError;
use super::response::ApiResponse;
use crate::browser::{Json, JsonMismatch, from_json};

/// The longest wait that is believed: who is told to wait for longer would rather see whether it is still true.
const LONGEST_RETRY_AFTER_S: u64 = 300;

/// Whose problems are taken at their word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Problems {
    /// Latchkey's only: what is said about the session.
    Latchkeys,
    /// Those of the app's server too.
    Any,
}

impl ApiResponse {
    /// The body as JSON, whatever the status.
    ///
    /// # Errors
    /// [`ApiError::Unexpected`] if there is no body, if the media type is neither `application/json` nor one that ends in
    /// `+json`, or if the body has another shape.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        self.parse()?.read().map_err(|error| self.misfit(&error))
    }

    fn parse(&self) -> Result<Json, ApiError> {
        if self.is_empty() {
            return Err(self.unexpected("there is no body to read JSON from; ask with send_empty"));
        }
        let media_type = self.media_type();
        if media_type != "application/json" && !media_type.ends_with("+json") {
            return Err(self.unexpected("the media type is not JSON"));
        }
        Json::parse(&self.text()).ok_or_else(|| self.unexpected("the body is not JSON"))
    }

    fn misfit(&self, error: &JsonMismatch) -> ApiError {
        self.unexpected(error.to_string())
    }

    /// That this is not what was asked for.
    pub(super) fn unexpected(&self, reason: impl Into<String>) -> ApiError {
        ApiError::Unexpected { response: self.clone(), reason: reason.into() }
    }
}

/// Takes the answers of a success: any 2xx.
pub(super) fn success(response: ApiResponse, problems: Problems) -> Result<ApiResponse, ApiError> {
    if (200..300).contains(&response.status()) { Ok(response) } else { Err(failure(&response, problems)) }
}

/// Reads an answer that must be empty. Nothing is lost if the server sent something after all; a page in its place, though,
/// is somebody else's.
pub(crate) fn empty(response: &ApiResponse) -> Result<(), ApiError> {
    if response.is_empty() || response.media_type() != "text/html" {
        Ok(())
    } else {
        Err(response.unexpected("a page where no content was expected"))
    }
}

/// Reads an answer that must be a 204.
pub(super) fn no_content(response: &ApiResponse) -> Result<(), ApiError> {
    if response.status() == 204 { Ok(()) } else { Err(response.unexpected("content where none was expected")) }
}

/// What any other answer means. Only a problem with the status of the answer is believed, its `Retry-After` included.
fn failure(response: &ApiResponse, problems: Problems) -> ApiError {
    let status = response.status();
    let is_problem = response.media_type() == PROBLEM_JSON;
    let problem = is_problem.then(|| from_json::<Problem>(&response.text())).flatten();
    let is_believed =
        |problem: &Problem| problem.status == status && (problems == Problems::Any || problem.family_code().is_some());
    let Some(problem) = problem.filter(is_believed) else {
        return response.unexpected("neither a success nor a problem");
    };
    let retry_after_ms = response.header("retry-after").and_then(|after| retry_after_ms(&after));
    match status {
        429 => ApiError::TooManyRequests { retry_after_ms, problem },
        // "Too slow" may be answered otherwise next time.
        400..500 if status != 408 => ApiError::Refused(problem),
        _ => ApiError::Unavailable { retry_after_ms, problem },
    }
}

/// `Retry-After` in its plain form; the form with a date would need a clock that agrees with the server's.
fn retry_after_ms(header: &str) -> Option<u64> {
    let seconds: u64 = header.trim().parse().ok()?;
    Some(seconds.min(LONGEST_RETRY_AFTER_S) * 1_000)
}
