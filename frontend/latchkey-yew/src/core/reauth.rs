//! Signing in again in a dialog over the page. If the page has unsaved input, the end of the session opens the dialog and keeps
//! the page; of the user only the e-mail address is kept meanwhile.

use latchkey_shared::EndReason;

use super::machine::Step;
use crate::end_cause::EndCause;
use crate::view::{Reauth, ReauthPurpose, SessionState, SignIn};

impl Step {
    /// The user left the page: its input is gone, and the confirmation that it asked for is not needed any more.
    pub(super) fn leave_page(&mut self) {
        self.machine.view.has_unsaved_input = false;
        let confirming =
            self.machine.view.reauth.as_ref().is_some_and(|reauth| reauth.purpose == ReauthPurpose::Confirm);
        if confirming || self.machine.view.session.active().is_none() {
            self.machine.view.reauth = None;
        }
    }

    /// Opens the dialog for the user who is signed in.
    pub(super) fn open_reauth(&mut self, purpose: ReauthPurpose) {
        if let SessionState::Active(active) = &self.machine.view.session {
            self.machine.view.reauth = Some(Reauth { email: active.user.email.clone(), purpose });
            self.clear_sign_in();
        }
    }

    /// Before the session ends: opens the dialog if the page has unsaved input and the user may sign in again.
    pub(super) fn offer_reauth(&mut self, cause: &EndCause) {
        let cannot_return = *cause == EndReason::SignedOut || *cause == EndReason::AccountDisabled;
        if cannot_return {
            self.machine.view.reauth = None;
        } else if self.machine.view.has_unsaved_input {
            self.open_reauth(ReauthPurpose::Continue);
        }
    }

    /// The user closed the dialog. Without a session the guard then redirects.
    pub(super) fn dismiss_reauth(&mut self) {
        if self.machine.view.sign_in != SignIn::Pending {
            self.machine.view.reauth = None;
        }
    }
}
