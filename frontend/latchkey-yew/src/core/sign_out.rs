//! Signing out. The app forgets the session at once; the sign-out is pending from then on, in every tab and in the browser's
//! storage, until the server has confirmed it or another session has taken the place of that one.

use latchkey_shared::{EndReason, SessionId};

use super::in_flight::CookieCall;
use super::machine::Step;
use crate::core::answer::{SignInAnswer, SignOutAnswer};
use crate::core::effect::{Alarm, Effect};
use crate::core::notice::Notice;
use crate::core::pending_sign_out::PendingSignOut;
use crate::core::tab_message::TabMessage;
use crate::view::{Reachability, SessionState, SignIn};

/// A server that has not answered for so long is said not to have confirmed it yet.
const LATE_MS: u64 = 1_000;
/// A tab that only heard of a sign-out leaves it to the one that asked for so long.
const LEAVE_TO_OTHERS_MS: u64 = 3_000;
/// And for so long, if a call is in flight there that may begin a session: longer than any such call lasts.
const LEAVE_TO_CALL_MS: u64 = 9_000;

impl Step {
    pub(super) fn sign_out_requested(&mut self) {
        if let Some(active) = self.machine.view.session.active() {
            let session = active.session.id.clone();
            self.leave(PendingSignOut { pending: session, replaced: false });
            self.machine.left_here = true;
        }
    }

    /// Forgets the session, and has the server end it: now, or after the call in flight that may put another into its place.
    fn leave(&mut self, pending: PendingSignOut) {
        let during_call = self.in_flight_may_replace();
        self.machine.leave_after_call = during_call;
        self.machine.view.reauth = None;
        self.machine.view.has_unsaved_input = false;
        if self.machine.queued_login.take().is_some() || self.machine.view.sign_in == SignIn::Pending {
            self.machine.view.sign_in = SignIn::Idle;
        }
        let replaced = pending.replaced || during_call || self.machine.pending_elsewhere;
        self.start_signed_out(PendingSignOut { replaced, ..pending });
    }

    /// Nobody is signed in here any more, and the server is to learn of it.
    pub(super) fn start_signed_out(&mut self, pending: PendingSignOut) {
        self.reset_session();
        self.become_session(SessionState::SignedOut);
        self.remember(pending);
        if self.machine.view.reachability == Reachability::Reachable {
            self.schedule(Alarm::SignOutLate, LATE_MS);
        } else {
            self.say_unconfirmed();
        }
    }

    /// Whether the call in flight may begin a session in the place of the one that is active.
    pub(super) fn in_flight_may_replace(&self) -> bool {
        self.machine.in_flight.iter().any(|call| !matches!(call, CookieCall::SignOut(_)))
    }

    /// Notes what is to be ended, here and in the other tabs.
    fn remember(&mut self, pending: PendingSignOut) {
        self.machine.ended.leave(pending.pending.clone());
        self.machine.left_at_ms = Some(self.now_ms);
        self.machine.find_successor = false;
        self.machine.sign_out_due = !self.machine.leave_after_call;
        self.leave_to_call(&pending);
        self.effects.push(Effect::NotifyTabs(TabMessage::SignOutPending(pending.clone())));
        self.machine.pending_sign_out = Some(pending);
    }

    /// Leaves a sign-out to the tab whose call may still begin a session in the place of the one that was left.
    fn leave_to_call(&mut self, pending: &PendingSignOut) {
        let elsewhere = pending.replaced && !self.machine.leave_after_call;
        self.machine.sign_out_not_before_ms = if elsewhere { self.now_ms + LEAVE_TO_CALL_MS } else { 0 };
        if elsewhere {
            self.schedule(Alarm::Retry, LEAVE_TO_CALL_MS);
        }
    }

    /// The session of the cookie is one that the user has left, or has taken the place of one.
    pub(super) fn sign_out_of(&mut self, session: SessionId) {
        if self.machine.view.session == SessionState::Unknown {
            self.become_session(SessionState::SignedOut);
        }
        self.machine.check_pending = false;
        self.remember(PendingSignOut { pending: session, replaced: false });
    }

    /// The user signed out while a call was in flight that begins a session. What it began is to end too.
    pub(super) fn leave_successor(&mut self, answer: SignInAnswer) {
        if self.machine.queued_login.is_none() {
            self.machine.view.sign_in = SignIn::Idle;
        }
        match answer {
            SignInAnswer::Done(signed_in) => {
                self.machine.leave_after_call = false;
                self.mark_reachable();
                self.sign_out_of(signed_in.session.id);
            }
            SignInAnswer::Refused(_) | SignInAnswer::TooManyAttempts { .. } | SignInAnswer::CannotTell => {
                self.leave_after_failure();
            }
        }
    }

    /// The call began no session. Another one may still be in flight that does.
    pub(super) fn leave_after_failure(&mut self) {
        self.machine.leave_after_call = self.in_flight_may_replace();
        self.machine.sign_out_due = !self.machine.leave_after_call;
        self.machine.sign_out_not_before_ms = 0;
    }

    pub(super) fn start_sign_out(&mut self, session: SessionId) {
        self.machine.sign_out_due = false;
        self.machine.in_flight.push(CookieCall::SignOut(session.clone()));
        self.effects.push(Effect::SignOut(session));
    }

    pub(super) fn sign_out_answered(&mut self, answer: SignOutAnswer) {
        let Some(CookieCall::SignOut(asked)) = self.call_over(|call| matches!(call, CookieCall::SignOut(_))) else {
            return;
        };
        let pending = self.machine.pending_sign_out.clone().filter(|pending| pending.pending == asked);
        match (answer, pending) {
            (SignOutAnswer::CannotTell, pending) => {
                // A server that has just not answered is left to the retry timer.
                self.machine.check_pending = false;
                self.mark_unreachable(None);
                if pending.is_some() {
                    self.say_unconfirmed();
                }
            }
            (SignOutAnswer::Done | SignOutAnswer::SessionChanged, None) => self.mark_reachable(),
            (SignOutAnswer::Done, Some(_)) => {
                self.mark_reachable();
                self.sign_out_confirmed();
            }
            (SignOutAnswer::SessionChanged, Some(pending)) => {
                self.mark_reachable();
                self.machine.check_pending = true;
                if pending.replaced {
                    self.machine.find_successor = true;
                } else {
                    self.forget_pending();
                    if self.machine.view.session == SessionState::SignedOut {
                        self.effects.push(Effect::ShowNotice(Notice::SessionChanged));
                    }
                }
            }
        }
    }

    /// The server has ended what the user left.
    pub(super) fn sign_out_confirmed(&mut self) {
        let first_word = self.machine.left_here && !self.machine.view.sign_out_unconfirmed;
        self.forget_pending();
        if self.machine.view.session == SessionState::SignedOut {
            let notice = if first_word { Notice::Ended(EndReason::SignedOut.into()) } else { Notice::SignOutConfirmed };
            self.effects.push(Effect::ShowNotice(notice));
        }
    }

    /// Nothing is left to be ended; the other tabs need not do it either.
    pub(super) fn forget_pending(&mut self) {
        self.machine.sign_out_due = false;
        self.machine.left_here = false;
        self.machine.pending_elsewhere = false;
        self.machine.find_successor = false;
        self.machine.view.sign_out_unconfirmed = false;
        if let Some(pending) = self.machine.pending_sign_out.take() {
            self.effects.push(Effect::NotifyTabs(TabMessage::SignOutDone(pending.pending)));
        }
    }

    pub(super) fn sign_out_late(&mut self) {
        if self.machine.pending_sign_out.is_some() {
            self.say_unconfirmed();
        }
    }

    /// Says once that the server has not confirmed the sign-out.
    fn say_unconfirmed(&mut self) {
        let said = std::mem::replace(&mut self.machine.view.sign_out_unconfirmed, true);
        if !said && self.machine.view.session == SessionState::SignedOut {
            self.effects.push(Effect::ShowNotice(Notice::SignOutUnconfirmed));
        }
    }

    /// The storage says that the user signed out in another tab, which could not say so itself. They are gone here too, and it
    /// is tried again; unless somebody has signed in since.
    pub(super) fn sign_out_remembered(&mut self, pending: PendingSignOut) {
        match &self.machine.view.session {
            _ if self.machine.pending_sign_out.is_some() => {}
            SessionState::Active(active) if active.session.id == pending.pending => self.leave(pending),
            SessionState::Active(active) if pending.replaced => {
                self.machine.ended.leave(active.session.id.clone());
                self.start_signed_out(pending);
            }
            // Which of the two the cookie belongs to is not known here; if this one is left too, both are to end.
            SessionState::Active(_) => {
                self.machine.ended.leave(pending.pending);
                self.machine.pending_elsewhere = true;
            }
            SessionState::Unknown => self.start_signed_out(pending),
            SessionState::Anonymous | SessionState::Ended(_) | SessionState::SignedOut => self.remember(pending),
        }
    }

    /// The user signed out in another tab.
    pub(super) fn sign_out_reported(&mut self, mut pending: PendingSignOut) {
        self.machine.ended.leave(pending.pending.clone());
        if self.machine.pending_sign_out.is_some() {
            // Ours is at least as much.
            return;
        }
        match &self.machine.view.session {
            SessionState::Active(active) if active.session.id == pending.pending => {
                if self.in_flight_may_replace() {
                    self.machine.leave_after_call = true;
                    pending.replaced = true;
                }
                self.ended(EndReason::SignedOut.into());
            }
            SessionState::Active(_) => return,
            SessionState::Unknown => {
                self.reset_session();
                self.become_session(SessionState::SignedOut);
            }
            SessionState::Anonymous | SessionState::Ended(_) | SessionState::SignedOut => {}
        }
        self.machine.left_at_ms = Some(self.now_ms);
        self.schedule(Alarm::Retry, LEAVE_TO_OTHERS_MS);
        self.leave_to_call(&pending);
        self.machine.pending_sign_out = Some(pending);
    }

    /// Another tab heard that a sign-out is confirmed.
    pub(super) fn sign_out_done_reported(&mut self, session: &SessionId) {
        let in_flight = self.machine.in_flight.contains(&CookieCall::SignOut(session.clone()));
        // One that another session may have taken the place of is not done with that.
        let done = |pending: &mut PendingSignOut| pending.pending == *session && !pending.replaced && !in_flight;
        let ours = self.machine.pending_sign_out.take_if(done);
        if ours.is_some() {
            self.machine.sign_out_due = false;
            let sign_out_unconfirmed = std::mem::take(&mut self.machine.view.sign_out_unconfirmed);
            if sign_out_unconfirmed && self.machine.view.session == SessionState::SignedOut {
                self.effects.push(Effect::ShowNotice(Notice::SignOutConfirmed));
            }
        }
    }
}
