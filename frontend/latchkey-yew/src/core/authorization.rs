//! Whether a page's call may be sent, and in the name of which session.

use latchkey_shared::{SessionId, UserId};

use crate::end_cause::EndCause;
use crate::view::{SessionState, SessionView};

/// What is to become of a call, once nothing is in its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authorization {
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
    fn a_call_belongs_to_who_asked_for_it_in_whichever_session_they_are() {
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
