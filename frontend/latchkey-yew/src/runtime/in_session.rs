//! How requests are sent in the name of the session and of the user whose page makes them. Only requests that set or remove
//! the cookie hold its lock while they last; the others wait for it, so that they do not overtake a log-in, and let go.

use std::future::Future;
use std::pin::Pin;

use latchkey_shared::{EndReason, ErrorCode, SessionId, UserId};

use super::api::{ApiError, ApiResponse, RequestParts};
use super::manager::SessionManager;
use crate::browser::{Mode, lock, now_ms, within};
use crate::core::authorization::Authorization;
use crate::core::event::Event;
use crate::core::tab_message::SessionEnd;
use crate::end_cause::EndCause;
use crate::view::SessionState;

/// The answer of a success, and when the request was sent.
type Answer = Result<(ApiResponse, u64), ApiError>;

/// A request on its way.
pub(super) type Sending = Pin<Box<dyn Future<Output = Answer>>>;

impl SessionManager {
    /// Sends a request of a page's. Boxed, so that the code is there once for all who await it.
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

    /// Sends a request in the name of the session, and once more if the user had to sign in again in place for it, and did.
    async fn send_with_reauth(&self, parts: &RequestParts) -> Answer {
        if parts.activity_age_ms.is_some() {
            self.handle(Event::UserActive);
        }
        let (asker, before) = self.wait_for_user(parts.timeout_ms).await?;
        // Exactly once more, and never in another user's name.
        let mut error = None;
        loop {
            let answer = self.send_once(parts, &asker).await;
            let refusal = match &answer {
                Err(error @ ApiError::SessionEnded(_)) => error.clone(),
                Err(error) if error.is(ErrorCode::ReauthRequired) => ApiError::NotConfirmed,
                _ => return answer,
            };
            if error.replace(refusal).is_some() {
                return answer;
            }
            let new_session = |user: &UserId, session: &SessionId| *user == asker && *session != before;
            // Another call's answer may have led to a new session already.
            if error == Some(ApiError::NotConfirmed) && self.asker().is_some_and(|(_, session)| session == before) {
                self.handle(Event::ReauthRequired);
            }
            self.wait_for_reauth().await;
            match self.asker() {
                Some((user, session)) if new_session(&user, &session) => {}
                Some((user, _)) if user != asker => return Err(ApiError::SessionChanged),
                _ => return error.map_or(answer, Err),
            }
        }
    }

    /// Who is signed in and in which session, once that is known: the first check may not have been answered yet, and while the
    /// dialog asks a user to sign in again, a request of theirs waits for them.
    async fn wait_for_user(&self, timeout_ms: u64) -> Result<(UserId, SessionId), ApiError> {
        within(timeout_ms, self.wait_until_known()).await.ok_or(ApiError::Timeout)?;
        let returning = self.reauth_email().filter(|_| self.asker().is_none());
        if returning.is_some() {
            self.wait_for_reauth().await;
        }
        let machine = self.0.machine.borrow();
        match &machine.view.session {
            SessionState::Active(active) if returning.is_none_or(|email| email == active.user.email) => {
                Ok((active.user.id.clone(), active.session.id.clone()))
            }
            SessionState::Active(_) => Err(ApiError::SessionChanged),
            SessionState::Ended(cause) => Err(ApiError::SessionEnded(cause.clone())),
            SessionState::SignedOut => Err(ApiError::SessionEnded(EndReason::SignedOut.into())),
            SessionState::Unknown | SessionState::Anonymous => Err(ApiError::NotSignedIn),
        }
    }

    async fn send_once(&self, parts: &RequestParts, asker: &UserId) -> Answer {
        let held = lock(if parts.changes_cookie { Mode::Exclusive } else { Mode::Shared }).await;
        let session = match self.authorize(asker) {
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
        // What was done in one user's name is not shown to another.
        match self.authorize(asker) {
            Authorization::AnotherUser => Err(ApiError::SessionChanged),
            _ => answer.map(|response| (response, sent_at_ms)),
        }
    }

    /// Takes what a refusal says about the session that made the request.
    fn apply_refusal(&self, error: ApiError, session: SessionId) -> ApiError {
        let ApiError::Refused(problem) = &error else {
            return error;
        };
        if let Some(cause) = EndCause::of_problem(problem) {
            self.handle(Event::CallEnded(SessionEnd { session, cause: cause.clone() }));
            ApiError::SessionEnded(cause)
        } else if problem.error_code() == ErrorCode::SessionChanged {
            self.handle(Event::SessionChanged);
            ApiError::SessionChanged
        } else {
            error
        }
    }
}
