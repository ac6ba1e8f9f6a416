//! What a page's own calls mean for the session. While one is in flight that replaces the session, no check is started, and
//! its answer outranks theirs, as with signing in.

use std::rc::Rc;

use latchkey_shared::{SignedIn, User};

use super::in_flight::CookieCall;
use super::machine::Step;
use crate::core::answer::SignInAnswer;
use crate::core::tab_message::SessionEnd;
use crate::view::SessionState;

impl Step {
    /// The session that made a call is over; a later one is not. The call left the cookie alone, a check removes it.
    pub(super) fn call_ended(&mut self, end: &SessionEnd) {
        if self.is_ours(end) {
            self.notify_end(&end.cause);
            self.ended(end.cause.clone());
            self.request_check();
        }
    }

    /// The cookie belongs to another session by now: a check finds out which, and until then the page is hidden.
    pub(super) fn session_changed(&mut self) {
        self.machine.view.unverified |= self.machine.view.session.active().is_some();
        self.invalidate_in_flight();
        self.machine.check_pending = true;
    }

    /// The user changed by their own doing here. Answers in flight may be older.
    pub(super) fn user_changed(&mut self, user: User) {
        self.invalidate_in_flight();
        if let SessionState::Active(active) = &mut self.machine.view.session
            && active.user.id == user.id
            && active.user.version < user.version
        {
            active.user = Rc::new(user);
            self.notify_active();
        }
    }

    pub(super) fn replacement_started(&mut self) {
        self.invalidate_in_flight();
        self.machine.in_flight.push(CookieCall::Replacement);
    }

    pub(super) fn session_replaced(&mut self, signed_in: SignedIn, sent_at_ms: u64) {
        self.call_over(|call| *call == CookieCall::Replacement);
        self.sign_in_applied(SignInAnswer::Done(signed_in), sent_at_ms);
    }

    /// It was refused, or nobody can tell: then a check says where that leaves the user.
    pub(super) fn replacement_failed(&mut self, unknown: bool) {
        self.call_over(|call| *call == CookieCall::Replacement);
        if self.machine.leave_after_call {
            self.leave_after_failure();
        } else if unknown {
            self.request_check();
        }
    }
}
