//! Signing in again in place: on a page that somebody works on, the end of the session opens a dialog and leaves the page
//! where it is. Only the address that they sign in with is kept meanwhile.

use latchkey_shared::EndReason;

use super::machine::Step;
use crate::end_cause::EndCause;
use crate::view::{Reauth, ReauthPurpose, SessionState, SignIn};

impl Step {
    /// The user went to another page: what they typed on the last one is gone with it, and what it asked for.
    pub(super) fn left_page(&mut self) {
        self.machine.view.has_unsaved_input = false;
        let asked_to_confirm =
            self.machine.view.reauth.as_ref().is_some_and(|reauth| reauth.purpose == ReauthPurpose::Confirm);
        if asked_to_confirm || self.machine.view.session.active().is_none() {
            self.machine.view.reauth = None;
        }
    }

    /// Opens the dialog for the user who is signed in, to go on in a new session or to prove that it is still them.
    pub(super) fn ask_password(&mut self, purpose: ReauthPurpose) {
        if let SessionState::Active(active) = &self.machine.view.session {
            self.machine.view.reauth = Some(Reauth { email: active.user.email.clone(), purpose });
            self.clear_sign_in();
        }
    }

    /// The session is about to be over: those who work on the page, and may come back, are asked to.
    pub(super) fn ask_to_return(&mut self, cause: &EndCause) {
        let gone = *cause == EndReason::SignedOut || *cause == EndReason::AccountDisabled;
        if gone {
            self.machine.view.reauth = None;
        } else if self.machine.view.has_unsaved_input {
            self.ask_password(ReauthPurpose::Continue);
        }
    }

    /// The user does not want to sign in here; without a session the guard leads them away.
    pub(super) fn left_dialog(&mut self) {
        if self.machine.view.sign_in != SignIn::Pending {
            self.machine.view.reauth = None;
        }
    }
}
