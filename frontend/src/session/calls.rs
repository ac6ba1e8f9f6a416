//! How pages call the API: in the name of the session, with the cookie's lock, and so that the machine hears of whatever
//! the answer says about the session.

use latchkey_shared::{ErrorCode, SessionId, SignedIn, User};

use super::manager::SessionManager;
use super::news::End;
use super::signals::Event;
use crate::api::ApiError;
use crate::browser::{Mode, lock};

/// Calls of the API within the session; clones are the same.
#[derive(Clone, PartialEq)]
pub struct Calls(pub(super) SessionManager);

impl Calls {
    /// Makes a call.
    ///
    /// # Errors
    /// The call's own.
    pub async fn make<T>(&self, call: impl AsyncFnOnce(&SessionId) -> Result<T, ApiError>) -> Result<T, ApiError> {
        self.make_under(Mode::Shared, call).await
    }

    /// Makes a call that changes the user, and shows the change everywhere.
    ///
    /// # Errors
    /// The call's own.
    pub async fn change_user(
        &self,
        call: impl AsyncFnOnce(&SessionId) -> Result<User, ApiError>,
    ) -> Result<(), ApiError> {
        let user = self.make(call).await?;
        self.0.handle(Event::UserChanged(user));
        Ok(())
    }

    /// Makes a call that begins a new session in the place of this one, and goes on in that.
    ///
    /// # Errors
    /// The call's own.
    pub async fn replace_session(
        &self,
        call: impl AsyncFnOnce(&SessionId) -> Result<SignedIn, ApiError>,
    ) -> Result<(), ApiError> {
        self.0.handle(Event::ReplacementAsked);
        let answer = self.make_under(Mode::Exclusive, call).await;
        match answer {
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

    async fn make_under<T>(
        &self,
        mode: Mode,
        call: impl AsyncFnOnce(&SessionId) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        // The session is the one that is active when the wait for the lock is over.
        let lock = lock(mode).await;
        let session = self.0.session_id().ok_or(ApiError::CannotTell { retry_after_ms: None })?;
        let answer = call(&session).await;
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
