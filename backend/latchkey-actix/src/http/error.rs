//! Every error that leaves the server: one enum, one table to status and code. The causes of 5xx are logged with their request,
//! once, and told to nobody.

use actix_web::{
    HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
};
use latchkey_shared::{EndReason, ErrorCode, Problem, api};
use tracing::Level;

use crate::{
    cache::watchers::TooManyWatchers,
    domain::validation::InvalidInput,
    service::{AuthError, StoreError, hash_capacity::Busy},
};

/// What a client is asked to wait before it tries again, in seconds.
const RETRY_AFTER_S: u64 = 1;

/// How a client authenticates, which RFC 9110 wants of every 401.
const CHALLENGE: HeaderValue = HeaderValue::from_static(r#"Session realm="latchkey""#);

/// Why an answer is what it is, for the request's line in the log: it goes with the answer, and is told to no client.
#[derive(Clone, Debug)]
pub struct Cause {
    /// What happened.
    pub text: String,
    /// How much it matters.
    pub level: Level,
}

impl Cause {
    /// Why the store did not answer. Who is turned away at the door is one of many: the door says once a second how many were.
    #[must_use]
    pub fn of(error: &StoreError) -> Self {
        let level = if error.is_overload() { Level::DEBUG } else { Level::ERROR };
        Self { text: error.to_string(), level }
    }
}

/// Why a request was not answered with what it asked for.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// There is no active session. If a cookie was presented, this removes it.
    #[error("{}", .reason.detail())]
    Unauthorized {
        /// Why there is none.
        reason: EndReason,
        /// The `Set-Cookie` that removes the presented cookie.
        removal: Option<HeaderValue>,
    },
    /// No account has this address and password.
    #[error("The email or the password is wrong.")]
    BadCredentials,
    /// There were too many failed log-ins.
    #[error("There were too many attempts. Try again in {retry_after_s} s.")]
    TooManyAttempts {
        /// When the next attempt is looked at, in seconds.
        retry_after_s: u64,
    },
    /// The last proof of the password is too old for what was asked.
    #[error("Log in again to confirm that it is you; then repeat the request.")]
    ReauthRequired,
    /// Another site asked for a mutation.
    #[error(
        "The browser says that another site sent this request; it was not carried out. If it was this one: \
         LATCHKEY_PUBLIC_URL must be the address that browsers show."
    )]
    CrossSite,
    /// The cookie belongs to another session than the client believes.
    #[error("Another session is signed in here by now; nothing was done.")]
    SessionChanged,
    /// Deadlines cannot be moved here.
    #[error("Sessions cannot be refreshed here: they end at their deadline.")]
    RefreshDisabled,
    /// The server is about to stop.
    #[error("The server is about to stop.")]
    ShuttingDown,
    /// Nothing is at the path.
    #[error("{0}")]
    NotFound(&'static str),
    /// The path does not have the method.
    #[error("This path answers {allow} only.")]
    MethodNotAllowed {
        /// The methods that it has.
        allow: &'static str,
    },
    /// The body did not arrive in time.
    #[error("The request's body took too long to arrive.")]
    RequestTimeout,
    /// The body is too long.
    #[error("The body may be {limit} bytes long at the most.")]
    BodyTooLarge {
        /// How long it may be, in bytes.
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
    /// Too many event streams are open.
    #[error("Too many event streams are open. Close one, or try again.")]
    TooManyStreams(#[from] TooManyWatchers),
    /// The app does not mount Latchkey as it has to be; the text says what is missing.
    #[error("{0}")]
    Misconfigured(&'static str),
    /// Too many passwords are waiting.
    #[error("Many people are signing in at the moment. Try again.")]
    Busy(#[from] Busy),
}

impl ApiError {
    /// The problem that a client is told.
    #[must_use]
    pub fn to_problem(&self) -> Problem {
        Problem::new(self.code(), self.to_string())
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
            Self::RequestTimeout => ErrorCode::RequestTimeout,
            Self::BodyTooLarge { .. } => ErrorCode::BodyTooLarge,
            Self::Misconfigured(_) => ErrorCode::Internal,
            Self::UnsupportedMediaType => ErrorCode::UnsupportedMediaType,
            Self::Malformed(_) => ErrorCode::Malformed,
            Self::Unacceptable(_) => ErrorCode::Unacceptable,
            Self::StoreUnavailable(_) | Self::TooManyStreams(_) | Self::Busy(_) | Self::ShuttingDown => {
                ErrorCode::Unavailable
            }
        }
    }
}

impl ResponseError for ApiError {
    #[expect(
        clippy::expect_used,
        reason = "the table in `shared` holds valid statuses only, and a test goes through it"
    )]
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.code().status()).expect("a status of the table")
    }

    fn error_response(&self) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status_code());
        answer.content_type(api::PROBLEM_JSON);
        if self.status_code() == StatusCode::UNAUTHORIZED {
            answer.insert_header((header::WWW_AUTHENTICATE, CHALLENGE));
        }
        match self {
            Self::Unauthorized { removal: Some(removal), .. } => {
                answer.insert_header((header::SET_COOKIE, removal.clone()));
            }
            Self::MethodNotAllowed { allow } => {
                answer.insert_header((header::ALLOW, *allow));
            }
            Self::TooManyAttempts { retry_after_s } => {
                answer.insert_header((header::RETRY_AFTER, *retry_after_s));
            }
            Self::StoreUnavailable(_) | Self::TooManyStreams(_) | Self::Busy(_) | Self::ShuttingDown => {
                answer.insert_header((header::RETRY_AFTER, RETRY_AFTER_S));
            }
            _ => {}
        }
        let mut answer = answer.body(serde_json::to_string(&self.to_problem()).unwrap_or_default());
        match self {
            Self::StoreUnavailable(cause) => drop(answer.extensions_mut().insert(Cause::of(cause))),
            Self::Misconfigured(missing) => tracing::error!("{missing}"),
            _ => {}
        }
        answer
    }
}

/// That nobody was let in is no end of a session that is there: the cookie stays.
impl From<AuthError> for ApiError {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::BadCredentials => Self::BadCredentials,
            AuthError::AccountDisabled => Self::Unauthorized { reason: EndReason::AccountDisabled, removal: None },
            AuthError::SessionEnded(reason) => Self::Unauthorized { reason, removal: None },
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_status_that_http_knows() {
        for code in ErrorCode::ALL {
            assert!(StatusCode::from_u16(code.status()).is_ok_and(|status| !status.is_success()), "{code:?}");
        }
    }

    #[test]
    fn the_cause_of_an_outage_is_not_told() {
        let error = ApiError::from(StoreError("disk I/O error in /var/lib/secret".into()));
        assert!(!error.to_string().contains("disk"));
        assert!(error.error_response().extensions().get::<Cause>().is_some_and(|cause| cause.text.contains("disk")));
    }

    #[test]
    fn every_401_says_how_to_authenticate() {
        let reasons = EndReason::ALL.map(|reason| ApiError::Unauthorized { reason, removal: None });
        for error in reasons.into_iter().chain([ApiError::BadCredentials]) {
            let answer = error.error_response();
            assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
            assert_eq!(answer.headers().get(header::WWW_AUTHENTICATE), Some(&CHALLENGE), "{error:?}");
        }
    }
}
