//! How the answers to a page's own requests affect the session. A request that replaces the session is treated like a log-in:
//! no check starts while it is in flight, and older answers are ignored.

use std::rc::Rc;

use latchkey_shared::{SignedIn, User};

use super::in_flight::CookieCall;
use super::machine::Step;
use crate::core::answer::SignInAnswer;
use crate::core::tab_message::SessionEnd;
use crate::view::SessionState;

impl Step {
    /// Ends the session, if it is still the current one. The request left the cookie in place; the answer to a check removes it.
    pub(super) fn session_end_found(&mut self, end: SessionEnd) {
        if self.is_current(&end) {
            self.end_in_all_tabs(end.cause);
            self.request_check();
        } else {
            self.note_end(end);
        }
    }

    /// The cookie belongs to another session. The page is hidden until a check has found out which.
    pub(super) fn session_changed(&mut self) {
        self.machine.view.unverified |= self.machine.view.session.active().is_some();
        self.invalidate_in_flight();
        self.machine.check_pending = true;
    }

    /// Shows the changed user at once, and ignores the answers in flight, which may be older.
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
        self.machine.cookie_calls.push(CookieCall::Replacement);
    }

    pub(super) fn session_replaced(&mut self, signed_in: SignedIn, sent_at_ms: u64) {
        self.take_cookie_call(|call| *call == CookieCall::Replacement);
        self.apply_sign_in(SignInAnswer::Done(signed_in), sent_at_ms);
    }

    /// If the outcome is unknown, a check finds out which session is active.
    pub(super) fn replacement_failed(&mut self, outcome_unknown: bool) {
        self.take_cookie_call(|call| *call == CookieCall::Replacement);
        if self.machine.sign_out_after_call {
            self.sign_out_after_failed_call();
        } else if outcome_unknown {
            self.request_check();
        }
    }
}
