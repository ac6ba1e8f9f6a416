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
        let visible = &self.machine.visible;
        visible.signing_out || visible.sign_in == SignIn::Pending || self.machine.replacing
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
                self.activate(signed_in.user, signed_in.session, self.now_ms);
                self.tell_active();
                SignIn::Idle
            }
            SignInAnswer::Refused(words) => SignIn::Failed(words),
            SignInAnswer::TooManyAttempts { retry_after_ms } => SignIn::LimitedUntil(self.now_ms + retry_after_ms),
            SignInAnswer::CannotTell(words) => {
                self.machine.check_owed = true;
                SignIn::Failed(words)
            }
        };
        self.settle_check();
    }

    pub(super) fn sign_out_asked(&mut self) {
        let active = self.machine.visible.session.active();
        let session = active.map(|active| active.session.id.clone());
        if let Some(session) = session.filter(|_| !self.busy()) {
            self.outrank_check();
            self.machine.visible.signing_out = true;
            self.machine.signing_out_of = Some(session.clone());
            self.effects.push(Effect::SignOut(session));
        }
    }

    pub(super) fn sign_out_answered(&mut self, answer: SignOutAnswer) {
        self.machine.visible.signing_out = false;
        let asked = self.machine.signing_out_of.take();
        let current = self.machine.visible.session.active().map(|active| &active.session.id);
        match answer {
            // News of its end, or of another one, may have come first.
            SignOutAnswer::Done if asked.as_ref() != current => {}
            SignOutAnswer::Done => {
                self.found_contact();
                self.forget();
                self.tell_end(EndReason::SignedOut);
                self.become_session(SessionState::SignedOut);
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
    pub(super) fn outrank_check(&mut self) {
        let interrupted = self.machine.checking.is_some() || self.machine.fetching.is_some();
        self.machine.generation += 1;
        self.machine.fetching = None;
        self.machine.check_owed |= interrupted;
    }
}
