//! Converts the results of requests into the machine's answers. Only a 401 with a code of the server is `Ended`; whatever is no
//! answer of the server is `Unavailable`.

use latchkey_shared::{ErrorCode, SignedIn};

use super::api::ApiError;
use crate::core::answer::{Answer, SignInAnswer, SignOutAnswer};
use crate::end_cause::EndCause;
use crate::view::Refusal;

impl<T> From<Result<T, ApiError>> for Answer<T> {
    fn from(result: Result<T, ApiError>) -> Self {
        match result {
            Ok(found) => Self::Active(found),
            Err(error) => match error.problem().and_then(EndCause::from_problem) {
                Some(cause) => Self::Ended(cause),
                None => Self::Unavailable {
                    retry_after_ms: error.retry_after_ms(),
                    foreign: matches!(error, ApiError::Unexpected { .. }),
                },
            },
        }
    }
}

impl From<Result<SignedIn, ApiError>> for SignInAnswer {
    fn from(result: Result<SignedIn, ApiError>) -> Self {
        match result {
            Ok(signed_in) => Self::Done(signed_in),
            Err(ApiError::TooManyRequests { retry_after_ms: Some(retry_after_ms), .. }) => {
                Self::TooManyAttempts { retry_after_ms }
            }
            Err(ApiError::Refused(problem) | ApiError::TooManyRequests { problem, .. }) => {
                Self::Refused(Refusal { code: problem.error_code(), detail: problem.detail })
            }
            Err(_) => Self::Unavailable,
        }
    }
}

impl From<Result<(), ApiError>> for SignOutAnswer {
    fn from(result: Result<(), ApiError>) -> Self {
        match result {
            Ok(()) => Self::Done,
            Err(error) if error.is(ErrorCode::SessionChanged) => Self::SessionChanged,
            Err(_) => Self::Unavailable,
        }
    }
}

#[cfg(test)]
mod tests {
    use latchkey_shared::{EndReason, Problem};

    use super::*;

    fn refused<T>(code: ErrorCode) -> Result<T, ApiError> {
        Err(ApiError::Refused(Problem::new(code, "in words")))
    }

    fn no_answer<T>(retry_after_ms: Option<u64>) -> Result<T, ApiError> {
        let problem = Problem::new(ErrorCode::Unavailable, "in words");
        Err(ApiError::Unavailable { retry_after_ms, problem })
    }

    fn in_words(code: ErrorCode) -> Refusal {
        Refusal { code, detail: "in words".into() }
    }

    #[test]
    fn only_the_codes_of_an_end_are_an_end() {
        for &code in ErrorCode::ALL.iter().chain([&ErrorCode::Unknown]) {
            let expected = match EndReason::parse(code.as_str()) {
                Some(reason) => Answer::Ended(reason.into()),
                None if code == ErrorCode::Unknown => continue,
                None => Answer::Unavailable { retry_after_ms: None, foreign: false },
            };
            assert_eq!(Answer::<()>::from(refused(code)), expected, "{code:?}");
        }
    }

    #[test]
    fn an_unavailable_server_is_neither_an_end_nor_a_refusal() {
        let retry_after_ms = Some(5_000);
        assert_eq!(
            Answer::<()>::from(no_answer(retry_after_ms)),
            Answer::Unavailable { retry_after_ms, foreign: false }
        );
        assert_eq!(SignOutAnswer::from(no_answer(None)), SignOutAnswer::Unavailable);
        assert_eq!(SignInAnswer::from(no_answer(None)), SignInAnswer::Unavailable);
    }

    #[test]
    fn a_refused_sign_in_is_explained_in_the_servers_words() {
        let answer = SignInAnswer::from(refused(ErrorCode::BadCredentials));
        assert_eq!(answer, SignInAnswer::Refused(in_words(ErrorCode::BadCredentials)));
    }

    #[test]
    fn too_many_attempts_have_a_wait_if_the_server_gives_one() {
        let problem = Problem::new(ErrorCode::TooManyAttempts, "in words");
        let too_many = |retry_after_ms| Err(ApiError::TooManyRequests { retry_after_ms, problem: problem.clone() });
        assert_eq!(SignInAnswer::from(too_many(Some(7))), SignInAnswer::TooManyAttempts { retry_after_ms: 7 });
        assert_eq!(SignInAnswer::from(too_many(None)), SignInAnswer::Refused(in_words(ErrorCode::TooManyAttempts)));
    }

    #[test]
    fn a_sign_out_of_another_session_is_recognized() {
        assert_eq!(SignOutAnswer::from(refused(ErrorCode::SessionChanged)), SignOutAnswer::SessionChanged);
        assert_eq!(SignOutAnswer::from(refused(ErrorCode::CrossSite)), SignOutAnswer::Unavailable);
    }
}
