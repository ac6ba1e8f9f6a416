//! Signing in again in place: on a page that somebody works on, the end of the session opens a dialog and leaves the page
//! where it is. Only the address that they sign in with is kept meanwhile.

use latchkey_shared::EndReason;

use super::Step;
use crate::session::state::{Asking, SessionState, SignIn};

impl Step {
    /// The person went to another page: what they typed on the last one is gone with it.
    pub(super) fn left_page(&mut self) {
        self.machine.stays = false;
        let active = self.machine.visible.session.active().is_some();
        // Whoever wants to go on in a new session does so on any page; a proof is asked for by what the page wanted to do.
        let asking = self.machine.visible.asking.take();
        self.machine.visible.asking = asking.filter(|asking| active && !asking.proof);
    }

    /// Opens the dialog for the person who is signed in, to go on in a new session or to prove that it is still them.
    pub(super) fn ask_password(&mut self, proof: bool) {
        if let SessionState::Active(active) = &self.machine.visible.session {
            self.machine.visible.asking = Some(Asking { email: active.user.email.clone(), proof });
            if !self.busy() {
                self.machine.visible.sign_in = SignIn::Idle;
            }
        }
    }

    /// The session is about to be over: those who work on the page, and may come back, are asked to.
    pub(super) fn ask_to_return(&mut self, reason: EndReason) {
        let gone = matches!(reason, EndReason::SignedOut | EndReason::AccountDisabled);
        if gone {
            self.machine.visible.asking = None;
        } else if self.machine.stays {
            self.ask_password(false);
        }
    }

    /// The person does not want to sign in here; without a session the guard leads them away.
    pub(super) fn left_dialog(&mut self) {
        if !self.busy() {
            self.machine.visible.asking = None;
        }
    }
}
