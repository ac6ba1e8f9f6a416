//! What counts as an answer. Only what the server itself could have said is taken at its word: a captive portal's 200, a
//! proxy's error page, 429 and 5xx are all "cannot tell".

use latchkey_shared::Problem;
use latchkey_shared::api::PROBLEM_JSON;
use serde::de::DeserializeOwned;

use super::ApiError;
use crate::browser::Response;

/// The longest wait that is believed; a server that asks for more is asked again in a day.
const LONGEST_RETRY_AFTER_S: u64 = 86_400;

/// Reads an answer that must be JSON.
pub(super) fn json<T: DeserializeOwned>(response: &Response) -> Result<T, ApiError> {
    let found = response.status == 200 && media_type(response) == "application/json";
    let body = found.then(|| serde_json::from_str(&response.body).ok()).flatten();
    body.ok_or_else(|| failure(response))
}

/// Reads an answer that must be 204.
pub(super) fn nothing(response: &Response) -> Result<(), ApiError> {
    let found = response.status == 204;
    found.then_some(()).ok_or_else(|| failure(response))
}

/// What any other answer means. A refusal is a problem of the client's making whose status is the answer's own.
fn failure(response: &Response) -> ApiError {
    let is_problem = media_type(response) == PROBLEM_JSON;
    let problem = is_problem.then(|| serde_json::from_str::<Problem>(&response.body).ok());
    let problem = problem.flatten().filter(|problem| problem.status == response.status);
    match problem {
        Some(problem) if is_final(problem.status) => ApiError::Refused(problem),
        problem => ApiError::CannotTell {
            retry_after_ms: response.retry_after.as_deref().and_then(retry_after_ms),
            // An overloaded server has a word for the person; a broken one has a word for its operator.
            detail: problem
                .filter(|problem| problem.status == 429)
                .map(|problem| problem.detail),
        },
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

#[cfg(test)]
mod tests {
    use latchkey_shared::{ErrorCode, User};

    use super::*;

    fn response(status: u16, content_type: &str, body: &str) -> Response {
        Response {
            status,
            content_type: content_type.into(),
            body: body.into(),
            retry_after: None,
        }
    }

    fn problem(code: ErrorCode) -> Response {
        let body = serde_json::to_string(&Problem::new(code, "in words")).unwrap();
        response(code.status(), PROBLEM_JSON, &body)
    }

    fn cannot_tell(response: &Response) -> bool {
        matches!(json::<User>(response), Err(ApiError::CannotTell { .. }))
            && matches!(nothing(response), Err(ApiError::CannotTell { .. }))
    }

    #[test]
    fn json_is_read_whatever_its_parameters() {
        let user = r#"{"id":"u1","email":"ada@example.org","name":"Ada","version":3}"#;
        let found: User = json(&response(200, "application/json; charset=utf-8", user)).unwrap();
        assert_eq!((found.name.as_str(), found.version), ("Ada", 3));
    }

    #[test]
    fn every_final_problem_is_a_refusal() {
        for &code in ErrorCode::ALL.iter().filter(|code| is_final(code.status())) {
            let expected = Err(ApiError::Refused(Problem::new(code, "in words")));
            assert_eq!(json::<User>(&problem(code)), expected);
        }
    }

    #[test]
    fn an_outage_is_never_a_refusal() {
        assert!(cannot_tell(&problem(ErrorCode::Unavailable)));
        assert!(cannot_tell(&problem(ErrorCode::Internal)));
        assert!(cannot_tell(&problem(ErrorCode::RequestTimeout)));
    }

    #[test]
    fn what_something_in_between_says_is_never_a_refusal() {
        for status in [200, 302, 401, 403, 404, 429, 500, 502, 503, 504] {
            assert!(
                cannot_tell(&response(status, "text/html", "<h1>Log in to the Wi-Fi</h1>")),
                "{status}"
            );
            assert!(cannot_tell(&response(status, "", "")), "{status}");
            assert!(cannot_tell(&response(status, PROBLEM_JSON, "{}")), "{status}");
        }
    }

    #[test]
    fn a_problem_under_another_status_is_not_believed() {
        let mut ended = problem(ErrorCode::SessionExpired);
        ended.status = 502;
        assert!(cannot_tell(&ended));
    }

    #[test]
    fn retry_after_is_honoured_in_seconds_and_within_reason() {
        let after = |header: &str| {
            let retry_after = Some(header.to_owned());
            failure(&Response {
                retry_after,
                ..problem(ErrorCode::Unavailable)
            })
        };
        let cannot_tell = |retry_after_ms| ApiError::CannotTell {
            retry_after_ms,
            detail: None,
        };
        assert_eq!(after("7"), cannot_tell(Some(7_000)));
        assert_eq!(after("99999999999"), cannot_tell(Some(86_400_000)));
        for unusable in ["-1", "soon", "Wed, 21 Oct 2026 07:28:00 GMT", ""] {
            assert_eq!(after(unusable), cannot_tell(None), "{unusable}");
        }
    }

    #[test]
    fn too_many_attempts_are_explained_in_the_servers_words() {
        let body = r#"{"type":"t","title":"t","status":429,"detail":"Wait a minute.","code":"too-many-attempts"}"#;
        let error = failure(&response(429, PROBLEM_JSON, body));
        assert_eq!(error.words(), "Wait a minute.");
    }
}
