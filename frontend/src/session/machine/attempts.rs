//! Signing in and out. One attempt at a time; while it lasts no check is started, and its answer outranks theirs.

use latchkey_shared::{EndReason, Login, SessionId};

use super::Step;
use crate::session::answer::{SignInAnswer, SignOutAnswer};
use crate::session::notice::Notice;
use crate::session::signals::Effect;
use crate::session::state::{Reachability, SessionState, SignIn};

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
                // On the server the new session has taken the place of the old one.
                self.machine.sign_out_owed = None;
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
            if self.machine.visible.reachability == Reachability::Reachable {
                self.machine.visible.signing_out = true;
                self.machine.signing_out_of = Some(session.clone());
                self.effects.push(Effect::SignOut(session));
            } else {
                self.sign_out_here(session);
                self.settle_sign_out();
            }
        }
    }

    pub(super) fn sign_out_answered(&mut self, answer: SignOutAnswer) {
        self.machine.visible.signing_out = false;
        let asked = self.machine.signing_out_of.take();
        if asked.is_some() && asked == self.machine.sign_out_owed {
            return self.owed_sign_out_answered(answer);
        }
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
            SignOutAnswer::NoAnswer => {
                self.lost_contact(None);
                if let Some(session) = asked {
                    self.sign_out_here(session);
                }
            }
            SignOutAnswer::CannotTell => self.uncertain(Notice::SignOutUncertain),
        }
        // What is owed to a server that has just not answered waits for the retry.
        if self.machine.sign_out_owed.is_none() {
            self.settle_check();
        }
    }

    /// Forgets the session without the server, and owes it the sign-out.
    fn sign_out_here(&mut self, session: SessionId) {
        if self.machine.visible.session.active().is_some_and(|active| active.session.id == session) {
            self.leave_unconfirmed();
        }
        self.machine.sign_out_owed = Some(session);
    }

    /// Whoever is here is gone, and is told that the server does not know yet.
    fn leave_unconfirmed(&mut self) {
        self.forget();
        self.tell_end(EndReason::SignedOut);
        self.become_session(SessionState::SignedOut);
        self.effects.push(Effect::Notify(Notice::SignOutUnconfirmed));
    }

    /// The person signed out on an earlier page, which could not reach the server. They are gone here too, and it is tried
    /// again; unless somebody has signed in since, or the session has ended anyway.
    pub(super) fn sign_out_remembered(&mut self, session: SessionId) {
        match &self.machine.visible.session {
            SessionState::Active(active) if active.session.id == session => self.sign_out_here(session),
            SessionState::Unknown => {
                self.leave_unconfirmed();
                self.machine.sign_out_owed = Some(session);
            }
            SessionState::Active(_) | SessionState::Anonymous | SessionState::Ended(_) | SessionState::SignedOut => {}
        }
        self.settle_sign_out();
    }

    /// Tries again to end the session that was left without the server.
    pub(super) fn settle_sign_out(&mut self) {
        if let Some(session) = self.machine.sign_out_owed.clone().filter(|_| self.machine.signing_out_of.is_none()) {
            self.machine.signing_out_of = Some(session.clone());
            self.effects.push(Effect::SignOut(session));
        }
    }

    /// The server answered the sign-out that it was owed.
    fn owed_sign_out_answered(&mut self, answer: SignOutAnswer) {
        match answer {
            SignOutAnswer::Done | SignOutAnswer::SessionChanged => {
                self.found_contact();
                self.machine.sign_out_owed = None;
                if self.machine.visible.session == SessionState::SignedOut {
                    self.effects.push(Effect::Notify(Notice::SignOutConfirmed));
                }
            }
            SignOutAnswer::NoAnswer | SignOutAnswer::CannotTell => self.lost_contact(None),
        }
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
