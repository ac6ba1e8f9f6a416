//! Whether a page's request may be sent, and in which session.

use latchkey_shared::{SessionId, UserId};

use crate::end_cause::EndCause;
use crate::view::{SessionState, SessionView};

/// Whether a page's request is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authorization {
    /// Yes, with this session's id.
    Send(SessionId),
    /// No: another user is signed in by now.
    AnotherUser,
    /// No: the session has ended.
    Ended(EndCause),
    /// No: it is not known who is signed in.
    Unknown,
}

/// Decides whether a request of this user is sent. The session may be another one than when the request was made.
pub fn authorize(asker: &UserId, view: &SessionView) -> Authorization {
    match &view.session {
        SessionState::Active(active) if active.user.id == *asker => Authorization::Send(active.session.id.clone()),
        SessionState::Active(_) => Authorization::AnotherUser,
        SessionState::Ended(cause) => Authorization::Ended(cause.clone()),
        SessionState::SignedOut => Authorization::Ended(latchkey_shared::EndReason::SignedOut.into()),
        SessionState::Unknown | SessionState::Anonymous => Authorization::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use latchkey_shared::EndReason;

    use super::*;
    use crate::core::test_bench::{session, user};
    use crate::view::ActiveSession;

    fn view(state: SessionState) -> SessionView {
        SessionView { session: state, ..SessionView::default() }
    }

    #[test]
    fn a_request_is_sent_in_the_current_session_of_its_user_and_no_others() {
        let active = ActiveSession { user: Rc::new(user("ada", 1)), session: session("s2", 60), received_at_ms: 0 };
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
