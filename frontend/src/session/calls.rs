//! How calls of the API are made in the name of the session and of the user who asked for them. Only calls that set or
//! remove the cookie hold its lock while they last; the others wait for it, so that they do not overtake a log-in, and let go.

use latchkey_shared::{ErrorCode, Problem, SessionId, SignedIn, User, UserId};

use super::end_cause::EndCause;
use super::manager::SessionManager;
use super::news::End;
use super::signals::Event;
use super::state::{SessionState, SessionStore};
use crate::api::{ApiError, Call, Question};
use crate::browser::{Mode, Response, hold_sign_ins, lock, lock_for_sign_in, now_ms};

/// What is to become of a call, once nothing is in its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Authorization {
    /// It is sent in the name of this session.
    Send(SessionId),
    /// It is not sent: another user is signed in by now.
    AnotherUser,
    /// It is not sent: the session is over.
    Ended(EndCause),
    /// It is not sent: it is not known who is signed in.
    Unknown,
}

/// Decides: a call belongs to the user who asked for it, in whichever session they are by now.
pub(super) fn authorize(asker: &UserId, view: &SessionStore) -> Authorization {
    match &view.session {
        SessionState::Active(active) if active.user.id == *asker => Authorization::Send(active.session.id.clone()),
        SessionState::Active(_) => Authorization::AnotherUser,
        SessionState::Ended(cause) => Authorization::Ended(cause.clone()),
        SessionState::SignedOut => Authorization::Ended(latchkey_shared::EndReason::SignedOut.into()),
        SessionState::Unknown | SessionState::Anonymous => Authorization::Unknown,
    }
}

/// Calls of the API within the session, for pages; clones are the same.
#[derive(Clone, PartialEq)]
pub struct Calls(pub(super) SessionManager);

impl Calls {
    /// Makes a call.
    ///
    /// # Errors
    /// The call's own; [`ErrorCode::SessionChanged`] if another user has signed in meanwhile.
    pub async fn make<T>(&self, call: Call<T>) -> Result<T, ApiError> {
        (call.read)(&self.send_with_reauth(&call.question).await?.0)
    }

    /// Makes a call that changes the user, and shows the change everywhere.
    ///
    /// # Errors
    /// Those of [`make`](Self::make).
    pub async fn change_user(&self, call: Call<User>) -> Result<(), ApiError> {
        let user = self.make(call).await?;
        self.0.handle(Event::UserChanged(user));
        Ok(())
    }

    /// Makes a call that begins a new session in the place of this one, and goes on in that.
    ///
    /// # Errors
    /// Those of [`make`](Self::make).
    pub async fn replace_session(&self, call: Call<SignedIn>) -> Result<(), ApiError> {
        self.0.handle(Event::ReplacementAsked);
        let answered = self.send_with_reauth(&call.question).await;
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
    async fn send_with_reauth(&self, question: &Question) -> Result<(Response, u64), ApiError> {
        let (asker, before) = self.0.asker().ok_or(NOT_SENT)?;
        let answer = self.send_once(question, &asker).await;
        let Err(ApiError::Refused(problem)) = &answer else {
            return answer;
        };
        if problem.error_code() == ErrorCode::ReauthRequired {
            self.0.handle(Event::ProofAsked);
        } else if EndCause::of_problem(problem).is_none() {
            return answer;
        }
        if !self.0.wait_for_reauth().await {
            return answer;
        }
        match self.0.asker() {
            Some((user, session)) if user == asker && session != before => self.send_once(question, &asker).await,
            _ => answer,
        }
    }

    async fn send_once(&self, question: &Question, asker: &UserId) -> Result<(Response, u64), ApiError> {
        let held = lock(if question.changes_cookie { Mode::Exclusive } else { Mode::Shared }).await;
        let session = match self.0.authorize(asker) {
            Authorization::Send(session) => session,
            Authorization::AnotherUser => return Err(another_user()),
            Authorization::Ended(cause) => return Err(ended(&cause)),
            Authorization::Unknown => return Err(NOT_SENT),
        };
        let held = question.changes_cookie.then_some(held);
        let sent_at_ms = now_ms();
        let answer = if question.changes_cookie {
            question.send(Some(&session)).await
        } else {
            question.clone().keeping_cookie().send(Some(&session)).await
        };
        drop(held);
        if let Err(ApiError::Refused(problem)) = &answer {
            if let Some(cause) = EndCause::of_problem(problem) {
                self.0.handle(Event::CallEnded(End { session, cause }));
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

/// How a call of the manager's own waits for others that may touch the cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Waits {
    /// Not at all: it leaves the cookie alone.
    Not,
    /// For all that may touch the cookie.
    ForAll,
    /// For all, and for sign-outs in flight.
    ForSignOuts,
    /// Not at all, but log-ins wait for it.
    ForNobody,
}

/// Makes a call of the manager's own, and says when it was sent.
pub(super) async fn call<T>(call: Call<T>, session: Option<SessionId>, waits: Waits) -> (Result<T, ApiError>, u64) {
    let held = match waits {
        Waits::Not => (None, None),
        Waits::ForAll => (Some(lock(Mode::Exclusive).await), None),
        Waits::ForSignOuts => {
            let (cookie, sign_outs) = lock_for_sign_in().await;
            (Some(cookie), Some(sign_outs))
        }
        Waits::ForNobody => (None, Some(hold_sign_ins())),
    };
    let sent_at_ms = now_ms();
    let answer = call.send(session.as_ref()).await;
    drop(held);
    (answer, sent_at_ms)
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use latchkey_shared::EndReason;

    use super::*;
    use crate::session::machine::test_bench::{session, user};
    use crate::session::state::ActiveSession;

    fn view(state: SessionState) -> SessionStore {
        SessionStore { session: state, ..SessionStore::default() }
    }

    #[test]
    fn a_call_belongs_to_who_asked_for_it_in_whichever_session_they_are() {
        let active = ActiveSession { user: Rc::new(user("ada", 1)), session: session("s2", 60), told_ms: 0 };
        let view_of_ada = view(SessionState::Active(active));
        assert_eq!(authorize(&UserId("ada".into()), &view_of_ada), Authorization::Send(SessionId("s2".into())));
        assert_eq!(authorize(&UserId("grace".into()), &view_of_ada), Authorization::AnotherUser);
    }

    #[test]
    fn without_a_session_nothing_is_sent() {
        let asker = UserId("ada".into());
        assert_eq!(authorize(&asker, &view(SessionState::Unknown)), Authorization::Unknown);
        let expired = EndCause::from(EndReason::SessionExpired);
        assert_eq!(authorize(&asker, &view(SessionState::Ended(expired.clone()))), Authorization::Ended(expired));
    }
}
