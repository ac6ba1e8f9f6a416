//! What a page's own calls mean for the session. While one is under way that replaces the session, no check is started, and
//! its answer outranks theirs, as with signing in.

use std::rc::Rc;

use latchkey_shared::{SignedIn, User};

use super::Step;
use crate::session::answer::SignInAnswer;
use crate::session::news::End;
use crate::session::state::SessionState;

impl Step {
    /// The session that made a call is over. A later one is not.
    pub(super) fn call_ended(&mut self, end: &End) {
        if self.is_ours(end) {
            self.tell_end(end.reason);
            self.ended(end.reason);
        }
    }

    /// The cookie belongs to another session by now, or may: a check finds out.
    pub(super) fn session_changed(&mut self) {
        self.outrank_check();
        self.machine.check_owed = true;
        self.settle_check();
    }

    /// The user changed by the person's own doing here. Answers that are on their way may be older.
    pub(super) fn user_changed(&mut self, user: User) {
        self.outrank_check();
        if let SessionState::Active(active) = &mut self.machine.visible.session
            && active.user.id == user.id
            && active.user.version < user.version
        {
            active.user = Rc::new(user);
            self.tell_active();
        }
        self.settle_check();
    }

    pub(super) fn replacement_asked(&mut self) {
        self.outrank_check();
        self.machine.replacing = true;
    }

    pub(super) fn session_replaced(&mut self, signed_in: SignedIn) {
        self.machine.replacing = false;
        self.sign_in_answered(SignInAnswer::Done(signed_in));
    }

    pub(super) fn replacement_failed(&mut self) {
        self.machine.replacing = false;
        self.settle_check();
    }
}
