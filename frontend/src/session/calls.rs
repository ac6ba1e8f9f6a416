//! How calls of the API are made in the name of the session: with the cookie's lock, so that a late answer cannot undo a new
//! one, and so that the machine hears of whatever the answer says about the session.

use latchkey_shared::{ErrorCode, SessionId, SignedIn, User};

use super::manager::SessionManager;
use super::news::End;
use super::signals::Event;
use crate::api::Question;
use crate::api::{ApiError, Call};
use crate::browser::{Lock, Mode, Response, lock};

/// Calls of the API within the session, for pages; clones are the same.
#[derive(Clone, PartialEq)]
pub struct Calls(pub(super) SessionManager);

impl Calls {
    /// Makes a call.
    ///
    /// # Errors
    /// The call's own.
    pub async fn make<T>(&self, call: Call<T>) -> Result<T, ApiError> {
        (call.read)(&self.ask(&call.question).await?)
    }

    /// Makes a call that changes the user, and shows the change everywhere.
    ///
    /// # Errors
    /// The call's own.
    pub async fn change_user(&self, call: Call<User>) -> Result<(), ApiError> {
        let user = self.make(call).await?;
        self.0.handle(Event::UserChanged(user));
        Ok(())
    }

    /// Makes a call that begins a new session in the place of this one, and goes on in that.
    ///
    /// # Errors
    /// The call's own.
    pub async fn replace_session(&self, call: Call<SignedIn>) -> Result<(), ApiError> {
        self.0.handle(Event::ReplacementAsked);
        match self.make(call).await {
            Ok(signed_in) => self.0.handle(Event::SessionReplaced(signed_in)),
            Err(error) => {
                if matches!(error, ApiError::CannotTell { .. }) {
                    self.0.handle(Event::SessionChanged);
                }
                self.0.handle(Event::ReplacementFailed);
                return Err(error);
            }
        }
        Ok(())
    }

    /// Asks, and once more if the person had to sign in again in place for it, and did.
    async fn ask(&self, question: &Question) -> Result<Response, ApiError> {
        let before = self.0.user_id().zip(self.0.session_id());
        let answer = self.ask_once(question).await;
        let Err(ApiError::Refused(problem)) = &answer else {
            return answer;
        };
        match problem.code {
            ErrorCode::ReauthRequired => self.0.handle(Event::ProofAsked),
            code if code.end_reason().is_some() => {}
            _ => return answer,
        }
        let asked = self.0.asked_to_return().await;
        let after = self.0.user_id().zip(self.0.session_id());
        match (before, after) {
            (Some((user, old)), Some((same, new))) if asked && user == same && old != new => {
                self.ask_once(question).await
            }
            _ => answer,
        }
    }

    async fn ask_once(&self, question: &Question) -> Result<Response, ApiError> {
        let lock = lock_for(question).await;
        // The session is the one that is active when the wait for the lock is over.
        let session = self.0.session_id().ok_or(ApiError::CannotTell {
            retry_after_ms: None,
            answered: false,
            foreign: false,
        })?;
        let answer = question.send(Some(&session)).await;
        drop(lock);
        if let Err(ApiError::Refused(problem)) = &answer {
            if let Some(reason) = problem.code.end_reason() {
                self.0.handle(Event::CallEnded(End { session, reason }));
            } else if problem.code == ErrorCode::SessionChanged {
                self.0.handle(Event::SessionChanged);
            }
        }
        answer
    }
}

/// Waits for the cookie's lock, as a call needs it.
pub(super) async fn lock_for(question: &Question) -> Lock {
    lock(if question.changes_cookie { Mode::Exclusive } else { Mode::Shared }).await
}

/// Makes a call of the manager's own, in the name of a session or of none.
pub(super) async fn call<T>(call: Call<T>, session: Option<SessionId>) -> Result<T, ApiError> {
    let _lock = lock_for(&call.question).await;
    call.send(session.as_ref()).await
}
