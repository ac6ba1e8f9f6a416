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
const UNCONFIRMED_AFTER_MS: u64 = 1_000;
/// A tab that only heard of a sign-out leaves it to the one that asked for so long.
const DEFER_TO_TAB_MS: u64 = 3_000;
/// And for so long, if a call is in flight there that may begin a session: longer than any such call lasts.
const DEFER_TO_CALL_MS: u64 = 9_000;

impl Step {
    pub(super) fn sign_out_requested(&mut self) {
        if let Some(active) = self.machine.view.session.active() {
            let session = active.session.id.clone();
            self.sign_out(PendingSignOut { session, maybe_replaced: false });
            self.machine.own_sign_out = true;
        }
    }

    /// Forgets the session, and has the server end it: now, or after the call in flight that may put another into its place.
    fn sign_out(&mut self, pending: PendingSignOut) {
        let during_call = self.new_session_in_flight();
        self.machine.sign_out_after_call = during_call;
        self.machine.view.reauth = None;
        self.machine.view.has_unsaved_input = false;
        if self.machine.queued_login.take().is_some() || self.machine.view.sign_in == SignIn::Pending {
            self.machine.view.sign_in = SignIn::Idle;
        }
        let maybe_replaced = pending.maybe_replaced || during_call || self.machine.other_sign_out_pending;
        self.become_signed_out(PendingSignOut { maybe_replaced, ..pending });
    }

    /// Nobody is signed in here any more, and the server is to learn of it.
    pub(super) fn become_signed_out(&mut self, pending: PendingSignOut) {
        self.reset_session();
        self.set_session(SessionState::SignedOut);
        self.set_pending_sign_out(pending);
        if self.machine.view.reachability == Reachability::Reachable {
            self.schedule(Alarm::SignOutLate, UNCONFIRMED_AFTER_MS);
        } else {
            self.report_unconfirmed();
        }
    }

    /// Whether the call in flight may begin a session in the place of the one that is active.
    pub(super) fn new_session_in_flight(&self) -> bool {
        self.machine.cookie_calls.iter().any(|call| !matches!(call, CookieCall::SignOut(_)))
    }

    /// Notes what is to be ended, here and in the other tabs.
    fn set_pending_sign_out(&mut self, pending: PendingSignOut) {
        self.machine.ended.add_signed_out(pending.session.clone());
        self.machine.signed_out_at_ms = Some(self.now_ms);
        self.machine.check_before_sign_out = false;
        self.machine.sign_out_due = !self.machine.sign_out_after_call;
        self.defer_to_other_tab(&pending);
        self.effects.push(Effect::NotifyTabs(TabMessage::SignOutPending(pending.clone())));
        self.machine.pending_sign_out = Some(pending);
    }

    /// Leaves a sign-out to the tab whose call may still begin a session in the place of the one that was left.
    fn defer_to_other_tab(&mut self, pending: &PendingSignOut) {
        let elsewhere = pending.maybe_replaced && !self.machine.sign_out_after_call;
        self.machine.sign_out_not_before_ms = if elsewhere { self.now_ms + DEFER_TO_CALL_MS } else { 0 };
        if elsewhere {
            self.schedule(Alarm::Retry, DEFER_TO_CALL_MS);
        }
    }

    /// The session of the cookie is one that the user has left, or has taken the place of one.
    pub(super) fn sign_out_cookie_session(&mut self, session: SessionId) {
        if self.machine.view.session == SessionState::Unknown {
            self.set_session(SessionState::SignedOut);
        }
        self.machine.check_pending = false;
        self.set_pending_sign_out(PendingSignOut { session, maybe_replaced: false });
    }

    /// The user signed out while a call was in flight that begins a session. What it began is to end too.
    pub(super) fn sign_out_new_session(&mut self, answer: SignInAnswer) {
        if self.machine.queued_login.is_none() {
            self.machine.view.sign_in = SignIn::Idle;
        }
        match answer {
            SignInAnswer::Done(signed_in) => {
                self.machine.sign_out_after_call = false;
                self.mark_reachable();
                self.sign_out_cookie_session(signed_in.session.id);
            }
            SignInAnswer::Refused(_) | SignInAnswer::TooManyAttempts { .. } | SignInAnswer::Unavailable => {
                self.sign_out_after_failed_call();
            }
        }
    }

    /// The call began no session. Another one may still be in flight that does.
    pub(super) fn sign_out_after_failed_call(&mut self) {
        self.machine.sign_out_after_call = self.new_session_in_flight();
        self.machine.sign_out_due = !self.machine.sign_out_after_call;
        self.machine.sign_out_not_before_ms = 0;
    }

    pub(super) fn start_sign_out(&mut self, session: SessionId) {
        self.machine.sign_out_due = false;
        self.machine.cookie_calls.push(CookieCall::SignOut(session.clone()));
        self.effects.push(Effect::SignOut(session));
    }

    pub(super) fn sign_out_answered(&mut self, answer: SignOutAnswer) {
        let Some(CookieCall::SignOut(asked)) = self.take_cookie_call(|call| matches!(call, CookieCall::SignOut(_)))
        else {
            return;
        };
        let pending = self.machine.pending_sign_out.clone().filter(|pending| pending.session == asked);
        match (answer, pending) {
            (SignOutAnswer::Unavailable, pending) => {
                // A server that has just not answered is left to the retry timer.
                self.machine.check_pending = false;
                self.mark_unreachable(None);
                if pending.is_some() {
                    self.report_unconfirmed();
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
                if pending.maybe_replaced {
                    self.machine.check_before_sign_out = true;
                } else {
                    self.clear_pending_sign_out();
                    if self.machine.view.session == SessionState::SignedOut {
                        self.effects.push(Effect::ShowNotice(Notice::SessionChanged));
                    }
                }
            }
        }
    }

    /// The server has ended what the user left.
    pub(super) fn sign_out_confirmed(&mut self) {
        let first_word = self.machine.own_sign_out && !self.machine.view.sign_out_unconfirmed;
        self.clear_pending_sign_out();
        if self.machine.view.session == SessionState::SignedOut {
            let notice = if first_word { Notice::Ended(EndReason::SignedOut.into()) } else { Notice::SignOutConfirmed };
            self.effects.push(Effect::ShowNotice(notice));
        }
    }

    /// Nothing is left to be ended; the other tabs need not do it either.
    pub(super) fn clear_pending_sign_out(&mut self) {
        self.machine.sign_out_due = false;
        self.machine.own_sign_out = false;
        self.machine.other_sign_out_pending = false;
        self.machine.check_before_sign_out = false;
        self.machine.view.sign_out_unconfirmed = false;
        if let Some(pending) = self.machine.pending_sign_out.take() {
            self.effects.push(Effect::NotifyTabs(TabMessage::SignOutDone(pending.session)));
        }
    }

    pub(super) fn sign_out_late(&mut self) {
        if self.machine.pending_sign_out.is_some() {
            self.report_unconfirmed();
        }
    }

    /// Says once that the server has not confirmed the sign-out.
    fn report_unconfirmed(&mut self) {
        let said = std::mem::replace(&mut self.machine.view.sign_out_unconfirmed, true);
        if !said && self.machine.view.session == SessionState::SignedOut {
            self.effects.push(Effect::ShowNotice(Notice::SignOutUnconfirmed));
        }
    }

    /// The storage says that the user signed out in another tab, which could not say so itself. They are gone here too, and it
    /// is tried again; unless somebody has signed in since.
    pub(super) fn stored_sign_out_found(&mut self, pending: PendingSignOut) {
        match &self.machine.view.session {
            _ if self.machine.pending_sign_out.is_some() => {}
            SessionState::Active(active) if active.session.id == pending.session => self.sign_out(pending),
            SessionState::Active(active) if pending.maybe_replaced => {
                self.machine.ended.add_signed_out(active.session.id.clone());
                self.become_signed_out(pending);
            }
            // Which of the two the cookie belongs to is not known here; if this one is left too, both are to end.
            SessionState::Active(_) => {
                self.machine.ended.add_signed_out(pending.session);
                self.machine.other_sign_out_pending = true;
            }
            SessionState::Unknown => self.become_signed_out(pending),
            SessionState::Anonymous | SessionState::Ended(_) | SessionState::SignedOut => {
                self.set_pending_sign_out(pending)
            }
        }
    }

    /// The user signed out in another tab.
    pub(super) fn sign_out_reported(&mut self, mut pending: PendingSignOut) {
        self.machine.ended.add_signed_out(pending.session.clone());
        if self.machine.pending_sign_out.is_some() {
            // Ours is at least as much.
            return;
        }
        match &self.machine.view.session {
            SessionState::Active(active) if active.session.id == pending.session => {
                if self.new_session_in_flight() {
                    self.machine.sign_out_after_call = true;
                    pending.maybe_replaced = true;
                }
                self.end_session(EndReason::SignedOut.into());
            }
            SessionState::Active(_) => return,
            SessionState::Unknown => {
                self.reset_session();
                self.set_session(SessionState::SignedOut);
            }
            SessionState::Anonymous | SessionState::Ended(_) | SessionState::SignedOut => {}
        }
        self.machine.signed_out_at_ms = Some(self.now_ms);
        self.schedule(Alarm::Retry, DEFER_TO_TAB_MS);
        self.defer_to_other_tab(&pending);
        self.machine.pending_sign_out = Some(pending);
    }

    /// Another tab heard that a sign-out is confirmed.
    pub(super) fn sign_out_done_reported(&mut self, session: &SessionId) {
        let in_flight = self.machine.cookie_calls.contains(&CookieCall::SignOut(session.clone()));
        // One that another session may have taken the place of is not done with that.
        let done = |pending: &mut PendingSignOut| pending.session == *session && !pending.maybe_replaced && !in_flight;
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
