//! The errors of Latchkey's own routes: one enum, one table to code and status. The cause of a 5xx is
//! logged once, with its request, and not sent to the client.

use std::{any::Any, error::Error};

use actix_web::{
    HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
};
use latchkey_shared::{EndReason, ErrorCode};
use tracing::Level;

use super::problem::{Cause, Problem};
use crate::{
    cache::watchers::TooManyWatchers,
    domain::validation::InvalidInput,
    service::{AuthError, StoreError, hash_capacity::Busy},
};

/// The `WWW-Authenticate` that RFC 9110 requires of every 401.
const CHALLENGE: HeaderValue = HeaderValue::from_static(r#"Session realm="latchkey""#);

/// Why a request to one of Latchkey's routes, or an extractor of an app's handler, failed.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// There is no active session.
    #[error("{}", .reason.detail())]
    Unauthorized {
        /// Why there is none.
        reason: EndReason,
        /// The `Set-Cookie` that removes the presented cookie, if there is one to remove.
        removal: Option<HeaderValue>,
    },
    /// No account has this e-mail address and password.
    #[error("The email or the password is wrong.")]
    BadCredentials,
    /// There were too many failed log-ins.
    #[error("There were too many attempts. Try again in {retry_after_s} s.")]
    TooManyAttempts {
        /// Seconds until the next attempt is evaluated.
        retry_after_s: u64,
    },
    /// The user authenticated too long ago for this request.
    #[error("Log in again to confirm that it is you; then repeat the request.")]
    ReauthRequired,
    /// Another site sent a mutation.
    #[error(
        "According to the browser, another site sent this request, so it was rejected. If that is wrong, LATCHKEY_PUBLIC_URL must \
         be the address that browsers show."
    )]
    CrossSite,
    /// The cookie belongs to another session than the one that the request names.
    #[error("The cookie belongs to another session by now; nothing was changed.")]
    SessionChanged,
    /// The server's settings do not allow deadlines to be moved.
    #[error("This server does not refresh sessions: they end at their deadline.")]
    RefreshDisabled,
    /// The server is shutting down.
    #[error("The server is shutting down.")]
    ShuttingDown,
    /// Nothing is at the path.
    #[error("{0}")]
    NotFound(&'static str),
    /// The path exists and does not have the method.
    #[error("This path answers {allow} only.")]
    MethodNotAllowed {
        /// The path's methods, as in `Allow`.
        allow: String,
    },
    /// A one-time link cannot be used.
    #[error(
        "This link does not work: it has expired, was used already, or was replaced by a newer one. Ask for a new link."
    )]
    InvalidLink,
    /// The body did not arrive in time.
    #[error("The request's body took too long to arrive.")]
    RequestTimeout,
    /// The body is too long.
    #[error("The body must be at most {limit} bytes long.")]
    BodyTooLarge {
        /// The longest allowed body, in bytes.
        limit: usize,
    },
    /// The body is not declared as plain JSON.
    #[error("The body must be JSON: send it with Content-Type: application/json and no Content-Encoding.")]
    UnsupportedMediaType,
    /// The body is not JSON.
    #[error("The body is not JSON: {0}.")]
    Malformed(String),
    /// The body is JSON with a value that is not acceptable.
    #[error("{0}")]
    Unacceptable(String),
    /// The store did not answer.
    #[error("The server cannot answer at the moment. Nothing was changed; try again.")]
    StoreUnavailable(#[from] StoreError),
    /// A handler uses an extractor in an app that has not mounted Latchkey. The log has the details.
    #[error("The server failed. The cause is in its log.")]
    NotMounted,
    /// Too many event streams are open.
    #[error("Too many event streams are open. Close one, or try again.")]
    TooManyStreams(#[from] TooManyWatchers),
    /// Too many passwords wait to be hashed.
    #[error("Too many users are signing in at the moment. Try again.")]
    Busy(#[from] Busy),
}

impl ApiError {
    /// The answer, with its headers and, for the log, its cause.
    #[must_use]
    pub fn to_problem(&self) -> Problem {
        let problem = Problem::new(self.code(), self.to_string());
        let problem = match self {
            Self::Unauthorized { removal: Some(removal), .. } => {
                problem.with_header(header::SET_COOKIE, removal.clone())
            }
            Self::MethodNotAllowed { allow } => match HeaderValue::try_from(allow) {
                Ok(allow) => problem.with_header(header::ALLOW, allow),
                Err(_) => problem,
            },
            Self::TooManyAttempts { retry_after_s } => problem.retry_after_s(*retry_after_s),
            Self::StoreUnavailable(cause) => problem.with_cause(cause_of_outage(cause)),
            _ => problem,
        };
        if self.code().status() == 401 { problem.with_header(header::WWW_AUTHENTICATE, CHALLENGE) } else { problem }
    }

    fn code(&self) -> ErrorCode {
        match self {
            Self::Unauthorized { reason, .. } => (*reason).into(),
            Self::BadCredentials => ErrorCode::BadCredentials,
            Self::TooManyAttempts { .. } => ErrorCode::TooManyAttempts,
            Self::ReauthRequired => ErrorCode::ReauthRequired,
            Self::CrossSite => ErrorCode::CrossSite,
            Self::SessionChanged => ErrorCode::SessionChanged,
            Self::RefreshDisabled => ErrorCode::RefreshDisabled,
            Self::NotFound(_) => ErrorCode::NotFound,
            Self::MethodNotAllowed { .. } => ErrorCode::MethodNotAllowed,
            Self::InvalidLink => ErrorCode::InvalidLink,
            Self::RequestTimeout => ErrorCode::RequestTimeout,
            Self::BodyTooLarge { .. } => ErrorCode::BodyTooLarge,
            Self::UnsupportedMediaType => ErrorCode::UnsupportedMediaType,
            Self::Malformed(_) => ErrorCode::Malformed,
            Self::Unacceptable(_) => ErrorCode::Unacceptable,
            Self::NotMounted => ErrorCode::Internal,
            Self::StoreUnavailable(_) | Self::TooManyStreams(_) | Self::Busy(_) | Self::ShuttingDown => {
                ErrorCode::Unavailable
            }
        }
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.to_problem().status_code()
    }

    fn error_response(&self) -> HttpResponse {
        self.to_problem().error_response()
    }
}

/// A rejected log-in says nothing about an existing session, so the cookie is kept.
impl From<AuthError> for ApiError {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::BadCredentials => Self::BadCredentials,
            AuthError::AccountDisabled => Self::Unauthorized { reason: EndReason::AccountDisabled, removal: None },
            AuthError::SessionEnded(reason) => Self::Unauthorized { reason, removal: None },
            AuthError::InvalidLink => Self::InvalidLink,
            AuthError::TooManyAttempts { retry_after_s } => Self::TooManyAttempts { retry_after_s },
            AuthError::Busy(busy) => busy.into(),
            AuthError::Unavailable(error) => error.into(),
        }
    }
}

impl From<InvalidInput> for ApiError {
    fn from(InvalidInput(why): InvalidInput) -> Self {
        Self::Unacceptable(why.into())
    }
}

/// Latchkey's own errors and actix's keep their answers, and every other error is a failure of the server. That works for all
/// errors because [`Problem`] is none itself.
impl<E: Error + 'static> From<E> for Problem {
    fn from(error: E) -> Self {
        let any: &dyn Any = &error;
        if let Some(error) = any.downcast_ref::<ApiError>() {
            error.to_problem()
        } else if let Some(error) = any.downcast_ref::<StoreError>() {
            Self::opaque(ErrorCode::Unavailable, cause_of_outage(error))
        } else if let Some(error) = any.downcast_ref::<actix_web::Error>() {
            error
                .as_error::<Self>()
                .map_or_else(|| Self::of_actix_error(error, error.as_response_error().status_code()), Self::clone)
        } else {
            Self::opaque(ErrorCode::Internal, Cause::of(&error))
        }
    }
}

/// Why the store did not answer. A request that was turned away because too many others wait is one of many: the limiter logs
/// once a second how many there were.
#[must_use]
pub fn cause_of_outage(error: &StoreError) -> Cause {
    let level = if error.is_overload() { Level::DEBUG } else { Level::ERROR };
    Cause { text: error.to_string(), level }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_an_error_status() {
        for code in ErrorCode::ALL {
            assert!(StatusCode::from_u16(code.status()).is_ok_and(|status| !status.is_success()), "{code:?}");
        }
    }

    #[test]
    fn the_cause_of_an_outage_is_not_sent_to_clients() {
        let error = ApiError::from(StoreError("disk I/O error in /var/lib/secret".into()));
        assert!(!error.to_string().contains("disk"));
        assert!(error.error_response().extensions().get::<Cause>().is_some_and(|cause| cause.text.contains("disk")));
    }

    #[test]
    fn every_401_has_a_challenge() {
        let reasons = EndReason::ALL.map(|reason| ApiError::Unauthorized { reason, removal: None });
        for error in reasons.into_iter().chain([ApiError::BadCredentials]) {
            let answer = error.error_response();
            assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
            assert_eq!(answer.headers().get(header::WWW_AUTHENTICATE), Some(&CHALLENGE), "{error:?}");
        }
    }
}
