//! Signing in and out. One attempt at a time; while it lasts no check is started, and its answer outranks theirs.

use latchkey_shared::{EndReason, Login};

use super::Step;
use crate::session::answer::{SignInAnswer, SignOutAnswer};
use crate::session::notice::Notice;
use crate::session::signals::Effect;
use crate::session::state::{SessionState, SignIn};

impl Step {
    /// Whether an attempt is under way.
    pub(super) fn busy(&self) -> bool {
        self.machine.visible.signing_out || self.machine.visible.sign_in == SignIn::Pending
    }

    pub(super) fn sign_in_asked(&mut self, login: Login) {
        if !self.busy() {
            self.outrank_check();
            self.machine.visible.sign_in = SignIn::Pending;
            self.effects.push(Effect::SignIn(login));
        }
    }

    pub(super) fn sign_in_answered(&mut self, answer: SignInAnswer) {
        self.machine.visible.sign_in = match answer {
            SignInAnswer::Done(signed_in) => {
                self.found_contact();
                self.forget();
                self.set_deadline(&signed_in.session);
                self.activate(signed_in.user, signed_in.session);
                SignIn::Idle
            }
            SignInAnswer::Refused(words) => SignIn::Failed(words),
            SignInAnswer::CannotTell(words) => {
                self.machine.check_owed = true;
                SignIn::Failed(words)
            }
        };
        self.settle_check();
    }

    pub(super) fn sign_out_asked(&mut self) {
        if !self.busy() {
            self.outrank_check();
            self.machine.visible.signing_out = true;
            let active = self.machine.visible.session.active();
            let session = active.map(|active| active.session.id.clone());
            self.effects.push(Effect::SignOut(session));
        }
    }

    pub(super) fn sign_out_answered(&mut self, answer: SignOutAnswer) {
        self.machine.visible.signing_out = false;
        match answer {
            SignOutAnswer::Done => {
                self.found_contact();
                self.forget();
                self.machine.visible.session = SessionState::Ended(EndReason::SignedOut);
                self.effects.push(Effect::Notify(Notice::Ended(EndReason::SignedOut)));
            }
            SignOutAnswer::SessionChanged => self.uncertain(Notice::SessionChanged),
            SignOutAnswer::CannotTell => self.uncertain(Notice::SignOutUncertain),
        }
        self.settle_check();
    }

    /// Says that the sign-out went wrong, and has a check find out where it left us.
    fn uncertain(&mut self, notice: Notice) {
        self.machine.check_owed = true;
        self.effects.push(Effect::Notify(notice));
    }

    /// Has the answers that are on their way dropped; if one of them was a check, it is owed again.
    fn outrank_check(&mut self) {
        let interrupted = self.machine.checking.is_some() || self.machine.fetching.is_some();
        self.machine.generation += 1;
        self.machine.fetching = None;
        self.machine.check_owed |= interrupted;
    }
}
