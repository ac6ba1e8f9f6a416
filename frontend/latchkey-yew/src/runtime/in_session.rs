//! Sends the requests of pages within the session. A request that sets or removes the cookie holds the cookie's lock until it is
//! answered; any other waits for the lock, so that it does not overtake a log-in, and releases it before it is sent.

use std::future::Future;
use std::pin::Pin;

use latchkey_shared::{EndReason, ErrorCode, SessionId, UserId};

use super::api::{ApiError, ApiResponse, RequestParts};
use super::manager::SessionManager;
use crate::browser::{LockMode, lock, now_ms, with_timeout};
use crate::core::authorization::Authorization;
use crate::core::event::Event;
use crate::core::tab_message::SessionEnd;
use crate::end_cause::EndCause;
use crate::view::SessionState;

/// A successful response with the time when the request was sent, or an error.
type Answer = Result<(ApiResponse, u64), ApiError>;

/// A request in flight.
pub(super) type Sending = Pin<Box<dyn Future<Output = Answer>>>;

impl SessionManager {
    /// Sends a page's request. Boxed, so that its code is compiled only once.
    pub(super) fn send(self, parts: RequestParts) -> Sending {
        Box::pin(async move {
            if parts.in_session {
                self.send_with_reauth(&parts).await
            } else {
                let sent_at_ms = now_ms();
                Ok((parts.send(None).await?, sent_at_ms))
            }
        })
    }

    /// Sends a request within the session. If it fails because the session has ended or a re-authentication is required, waits
    /// for the user to sign in again in the dialog, and sends it once more.
    async fn send_with_reauth(&self, parts: &RequestParts) -> Answer {
        if parts.activity.is_some() {
            self.handle(Event::UserActive);
        }
        let (user, before) = self.wait_for_user(parts.timeout_ms).await?;
        let answer = self.send_once(parts, &user).await;
        let error = match &answer {
            Err(error @ ApiError::SessionEnded(_)) => error.clone(),
            Err(error) if error.is(ErrorCode::ReauthRequired) => ApiError::NotConfirmed,
            _ => return answer,
        };
        // Another request may have led to a new session already.
        let in_same_session = self.active_ids().is_some_and(|(_, session)| session == before);
        if error == ApiError::NotConfirmed && in_same_session {
            self.handle(Event::ReauthRequired);
        }
        self.wait_for_reauth().await;
        match self.active_ids() {
            Some((now, _)) if now != user => Err(ApiError::SessionChanged),
            Some((_, session)) if session != before => self.send_once(parts, &user).await,
            _ => Err(error),
        }
    }

    /// The ids of the user and the session, once they are known. Waits for the first check, and while the dialog asks the user
    /// to sign in again.
    async fn wait_for_user(&self, timeout_ms: u64) -> Result<(UserId, SessionId), ApiError> {
        with_timeout(timeout_ms, self.wait_until_known()).await.ok_or(ApiError::Timeout)?;
        let email_of_reauth = self.reauth_email().filter(|_| self.active_ids().is_none());
        if email_of_reauth.is_some() {
            self.wait_for_reauth().await;
        }
        let machine = self.0.machine.borrow();
        match &machine.view.session {
            SessionState::Active(active) if email_of_reauth.is_none_or(|email| email == active.user.email) => {
                Ok((active.user.id.clone(), active.session.id.clone()))
            }
            SessionState::Active(_) => Err(ApiError::SessionChanged),
            SessionState::Ended(cause) => Err(ApiError::SessionEnded(cause.clone())),
            SessionState::SignedOut => Err(ApiError::SessionEnded(EndReason::SignedOut.into())),
            SessionState::Unknown | SessionState::Anonymous => Err(ApiError::NotSignedIn),
        }
    }

    async fn send_once(&self, parts: &RequestParts, user: &UserId) -> Answer {
        let held = lock(if parts.changes_cookie { LockMode::Exclusive } else { LockMode::Shared }).await;
        let session = match self.authorize(user) {
            Authorization::Send(session) => session,
            Authorization::AnotherUser => return Err(ApiError::SessionChanged),
            Authorization::Ended(cause) => return Err(ApiError::SessionEnded(cause)),
            Authorization::Unknown => return Err(ApiError::NotSignedIn),
        };
        let held = parts.changes_cookie.then_some(held);
        let sent_at_ms = now_ms();
        let answer = parts.send(Some(&session)).await;
        drop(held);
        let answer = answer.map_err(|error| self.apply_refusal(error, session));
        // A response for one user must not be shown to another.
        match self.authorize(user) {
            Authorization::AnotherUser => Err(ApiError::SessionChanged),
            _ => answer.map(|response| (response, sent_at_ms)),
        }
    }

    /// Applies what a refusal says about the session in which the request was sent.
    fn apply_refusal(&self, error: ApiError, session: SessionId) -> ApiError {
        let ApiError::Refused(problem) = &error else {
            return error;
        };
        if let Some(cause) = EndCause::from_problem(problem) {
            self.handle(Event::SessionEndFound(SessionEnd { session, cause: cause.clone() }));
            ApiError::SessionEnded(cause)
        } else if problem.error_code() == ErrorCode::SessionChanged {
            self.handle(Event::SessionChanged);
            ApiError::SessionChanged
        } else {
            error
        }
    }
}
