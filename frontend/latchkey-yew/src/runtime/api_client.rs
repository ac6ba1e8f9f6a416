//! How calls of the API are made in the name of the session and of the user who asked for them. Only calls that set or
//! remove the cookie hold its lock while they last; the others wait for it, so that they do not overtake a log-in, and let go.

use latchkey_shared::{ErrorCode, Problem, SignedIn, User, UserId};

use super::api::{ApiError, ApiRequest, TypedRequest};
use super::manager::SessionManager;
use crate::browser::{Mode, Response, lock, now_ms};
use crate::core::authorization::Authorization;
use crate::core::event::Event;
use crate::core::tab_message::SessionEnd;
use crate::end_cause::EndCause;

/// Requests within the session, for pages; clones are the same.
#[derive(Clone, PartialEq)]
pub struct ApiClient(pub(crate) SessionManager);

impl ApiClient {
    /// Makes a call.
    ///
    /// # Errors
    /// The call's own; [`ErrorCode::SessionChanged`] if another user has signed in meanwhile.
    pub async fn make<T>(&self, call: TypedRequest<T>) -> Result<T, ApiError> {
        (call.read)(&self.send_with_reauth(&call.request).await?.0)
    }

    /// Makes a call that changes the user, and shows the change everywhere.
    ///
    /// # Errors
    /// Those of [`make`](Self::make).
    pub async fn change_user(&self, call: TypedRequest<User>) -> Result<(), ApiError> {
        let user = self.make(call).await?;
        self.0.handle(Event::UserChanged(user));
        Ok(())
    }

    /// Makes a call that begins a new session in the place of this one, and goes on in that.
    ///
    /// # Errors
    /// Those of [`make`](Self::make).
    pub async fn replace_session(&self, call: TypedRequest<SignedIn>) -> Result<(), ApiError> {
        self.0.handle(Event::ReplacementStarted);
        let answered = self.send_with_reauth(&call.request).await;
        match answered.and_then(|(response, sent_at_ms)| Ok(((call.read)(&response)?, sent_at_ms))) {
            Ok((signed_in, sent_at_ms)) => self.0.handle(Event::SessionReplaced { signed_in, sent_at_ms }),
            Err(error) => {
                let unknown = matches!(error, ApiError::CannotTell { .. });
                self.0.handle(Event::ReplacementFailed { unknown });
                return Err(error);
            }
        }
        Ok(())
    }

    /// Sends a call, and once more if the user had to sign in again in place for it, and did.
    async fn send_with_reauth(&self, request: &ApiRequest) -> Result<(Response, u64), ApiError> {
        let (asker, before) = self.0.asker().ok_or(NOT_SENT)?;
        let answer = self.send_once(request, &asker).await;
        let Err(ApiError::Refused(problem)) = &answer else {
            return answer;
        };
        if problem.error_code() == ErrorCode::ReauthRequired {
            self.0.handle(Event::ReauthRequired);
        } else if EndCause::of_problem(problem).is_none() {
            return answer;
        }
        if !self.0.wait_for_reauth().await {
            return answer;
        }
        match self.0.asker() {
            Some((user, session)) if user == asker && session != before => self.send_once(request, &asker).await,
            _ => answer,
        }
    }

    async fn send_once(&self, request: &ApiRequest, asker: &UserId) -> Result<(Response, u64), ApiError> {
        let held = lock(if request.changes_cookie { Mode::Exclusive } else { Mode::Shared }).await;
        let session = match self.0.authorize(asker) {
            Authorization::Send(session) => session,
            Authorization::AnotherUser => return Err(another_user()),
            Authorization::Ended(cause) => return Err(ended(&cause)),
            Authorization::Unknown => return Err(NOT_SENT),
        };
        let held = request.changes_cookie.then_some(held);
        let sent_at_ms = now_ms();
        let answer = if request.changes_cookie {
            request.send(Some(&session)).await
        } else {
            request.clone().keeping_cookie().send(Some(&session)).await
        };
        drop(held);
        if let Err(ApiError::Refused(problem)) = &answer {
            if let Some(cause) = EndCause::of_problem(problem) {
                self.0.handle(Event::CallEnded(SessionEnd { session, cause }));
            } else if problem.error_code() == ErrorCode::SessionChanged {
                self.0.handle(Event::SessionChanged);
            }
        }
        // What was done in one user's name is not shown to another.
        match self.0.authorize(asker) {
            Authorization::AnotherUser => Err(another_user()),
            _ => answer.map(|response| (response, sent_at_ms)),
        }
    }
}

const NOT_SENT: ApiError = ApiError::CannotTell { retry_after_ms: None, answered: false, foreign: false };

fn another_user() -> ApiError {
    ApiError::Refused(Problem::new(ErrorCode::SessionChanged, "Somebody else has signed in. Nothing was done."))
}

fn ended(cause: &EndCause) -> ApiError {
    let code = cause.reason().map_or(ErrorCode::SessionRevoked, ErrorCode::from);
    ApiError::Refused(Problem::new(code, cause.detail()))
}
