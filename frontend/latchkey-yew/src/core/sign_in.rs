//! Signing in. It waits for other calls that change the cookie; no check starts meanwhile, and older answers are ignored.

use latchkey_shared::{Login, Session, SignedIn};

use super::in_flight::CookieCall;
use super::machine::Step;
use crate::core::answer::SignInAnswer;
use crate::core::effect::Effect;
use crate::view::{Failure, SignIn};

impl Step {
    /// Queues the log-in, which starts when no cookie call is in flight. A second click does nothing.
    pub(super) fn sign_in_requested(&mut self, login: Login) {
        if self.machine.view.sign_in != SignIn::Pending {
            self.machine.view.sign_in = SignIn::Pending;
            self.machine.queued_login = Some(login);
        }
    }

    pub(super) fn start_sign_in(&mut self, login: Login) {
        self.invalidate_in_flight();
        self.machine.cookie_calls.push(CookieCall::SignIn);
        self.effects.push(Effect::SignIn(login));
    }

    pub(super) fn sign_in_answered(&mut self, answer: SignInAnswer, sent_at_ms: u64) {
        self.take_cookie_call(|call| *call == CookieCall::SignIn);
        self.apply_sign_in(answer, sent_at_ms);
    }

    /// Applies the answer to a log-in, or to another call that starts or extends a session.
    pub(super) fn apply_sign_in(&mut self, answer: SignInAnswer, sent_at_ms: u64) {
        if self.machine.sign_out_after_call {
            return self.sign_out_new_session(answer);
        }
        let sign_in = match answer {
            SignInAnswer::Done(signed_in) => {
                self.apply_signed_in(signed_in, sent_at_ms);
                SignIn::Idle
            }
            SignInAnswer::Refused(refusal) => SignIn::Failed(Failure::Refused(refusal)),
            SignInAnswer::TooManyAttempts { retry_after_ms } => SignIn::LimitedUntil(self.now_ms + retry_after_ms),
            SignInAnswer::Unavailable => {
                self.machine.check_pending = true;
                SignIn::Failed(Failure::Unreachable)
            }
        };
        if self.machine.queued_login.is_none() {
            self.machine.view.sign_in = sign_in;
        }
    }

    /// Whether the session can be refreshed again later. An answer to a refresh says `refreshable: false`, because a refresh at
    /// this instant would change nothing; if it granted the whole lifetime, the cap is not reached yet.
    fn may_slide_again(&self, session: &Session) -> bool {
        let known = self.machine.limits.as_ref().filter(|known| known.session == session.id);
        known.is_some_and(|known| session.expires_in_s * 1_000 >= known.lifetime_ms)
    }

    fn apply_signed_in(&mut self, signed_in: SignedIn, sent_at_ms: u64) {
        let SignedIn { user, mut session, .. } = signed_in;
        session.refreshable |= self.may_slide_again(&session);
        self.mark_reachable();
        self.reset_session();
        // The log-in has ended the session of the pending sign-out on the server.
        self.clear_pending_sign_out();
        let known = self.machine.view.session.active().is_some_and(|active| active.session.id == session.id);
        if !known {
            self.machine.cookie_unconfirmed = Some(session.id.clone());
        }
        self.machine.view.unverified = false;
        self.set_granted_limits(&session, sent_at_ms);
        if known {
            self.update_session(session.clone(), sent_at_ms);
        }
        self.activate(user, session, sent_at_ms);
        self.notify_active();
    }
}
