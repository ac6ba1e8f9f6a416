//! Signing in again in place: on a page that somebody works on, the end of the session opens a dialog and leaves the page
//! where it is. Only the address that they sign in with is kept meanwhile.

use latchkey_shared::EndReason;

use super::machine::Step;
use crate::end_cause::EndCause;
use crate::view::{Asking, SessionState, SignIn};

impl Step {
    /// The user went to another page: what they typed on the last one is gone with it, and what it asked for.
    pub(super) fn left_page(&mut self) {
        self.machine.visible.has_unsaved_input = false;
        let asked_for_proof = self.machine.visible.asking.as_ref().is_some_and(|asking| asking.proof);
        if asked_for_proof || self.machine.visible.session.active().is_none() {
            self.machine.visible.asking = None;
        }
    }

    /// Opens the dialog for the user who is signed in, to go on in a new session or to prove that it is still them.
    pub(super) fn ask_password(&mut self, proof: bool) {
        if let SessionState::Active(active) = &self.machine.visible.session {
            self.machine.visible.asking = Some(Asking { email: active.user.email.clone(), proof });
            self.clear_sign_in();
        }
    }

    /// The session is about to be over: those who work on the page, and may come back, are asked to.
    pub(super) fn ask_to_return(&mut self, cause: &EndCause) {
        let gone = *cause == EndReason::SignedOut || *cause == EndReason::AccountDisabled;
        if gone {
            self.machine.visible.asking = None;
        } else if self.machine.visible.has_unsaved_input {
            self.ask_password(false);
        }
    }

    /// The user does not want to sign in here; without a session the guard leads them away.
    pub(super) fn left_dialog(&mut self) {
        if self.machine.visible.sign_in != SignIn::Pending {
            self.machine.visible.asking = None;
        }
    }
}
