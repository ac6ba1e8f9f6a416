//! Signing out. The session is forgotten at once. Until the server confirms it, or the session is replaced, the sign-out is
//! pending: in every tab, and in the browser's storage, so that it survives the page.

use latchkey_shared::{EndReason, SessionId};

use super::in_flight::CookieCall;
use super::machine::Step;
use crate::core::answer::{SignInAnswer, SignOutAnswer};
use crate::core::effect::{Alarm, Effect};
use crate::core::notice::Notice;
use crate::core::pending_sign_out::PendingSignOut;
use crate::core::tab_message::TabMessage;
use crate::view::{Reachability, SessionState, SignIn};

/// Without an answer for this long, the user is notified that the sign-out is unconfirmed.
const UNCONFIRMED_AFTER_MS: u64 = 1_000;
/// How long a tab leaves the sign-out to the tab in which the user signed out.
const DEFER_TO_TAB_MS: u64 = 3_000;
/// The same if a call of that tab may start a session; longer than any such call lasts.
const DEFER_TO_CALL_MS: u64 = 9_000;

impl Step {
    pub(super) fn sign_out_requested(&mut self) {
        if let Some(active) = self.machine.view.session.active() {
            let session = active.session.id.clone();
            self.sign_out(PendingSignOut { session, maybe_replaced: false });
            self.machine.own_sign_out = true;
        }
    }

    /// Forgets the session and has the server end it, at once or after the call in flight that may replace it.
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

    /// Shows that nobody is signed in, and sets the sign-out that the server has to confirm.
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

    /// Whether a call in flight may start a new session.
    pub(super) fn new_session_in_flight(&self) -> bool {
        self.machine.cookie_calls.iter().any(|call| !matches!(call, CookieCall::SignOut(_)))
    }

    /// Sets the pending sign-out, and notifies the other tabs.
    fn set_pending_sign_out(&mut self, pending: PendingSignOut) {
        self.machine.ended.add_signed_out(pending.session.clone());
        self.machine.signed_out_at_ms = Some(self.now_ms);
        self.machine.check_before_sign_out = false;
        self.machine.sign_out_due = !self.machine.sign_out_after_call;
        self.defer_to_other_tab(&pending);
        self.effects.push(Effect::NotifyTabs(TabMessage::SignOutPending(pending.clone())));
        self.machine.pending_sign_out = Some(pending);
    }

    /// Delays the sign-out if a call of another tab may still replace the session.
    fn defer_to_other_tab(&mut self, pending: &PendingSignOut) {
        let other_tabs_call = pending.maybe_replaced && !self.machine.sign_out_after_call;
        self.machine.sign_out_not_before_ms = if other_tabs_call { self.now_ms + DEFER_TO_CALL_MS } else { 0 };
        if other_tabs_call {
            self.schedule(Alarm::Retry, DEFER_TO_CALL_MS);
        }
    }

    /// Signs out of the session that the cookie opens: the user signed out of it, or it replaced one that they signed out of.
    pub(super) fn sign_out_cookie_session(&mut self, session: SessionId) {
        if self.machine.view.session == SessionState::Unknown {
            self.set_session(SessionState::SignedOut);
        }
        self.machine.check_pending = false;
        self.set_pending_sign_out(PendingSignOut { session, maybe_replaced: false });
    }

    /// The user signed out while this call was in flight: the session that it started is signed out as well.
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

    /// The call started no session. The sign-out is due now, unless another such call is in flight.
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
                // The retry timer sends it again.
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

    /// The server has confirmed the sign-out.
    pub(super) fn sign_out_confirmed(&mut self) {
        let first_notice = self.machine.own_sign_out && !self.machine.view.sign_out_unconfirmed;
        self.clear_pending_sign_out();
        if self.machine.view.session == SessionState::SignedOut {
            let notice =
                if first_notice { Notice::Ended(EndReason::SignedOut.into()) } else { Notice::SignOutConfirmed };
            self.effects.push(Effect::ShowNotice(notice));
        }
    }

    /// Clears the pending sign-out, and notifies the other tabs that it is done.
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

    /// Shows once that the server has not confirmed the sign-out.
    fn report_unconfirmed(&mut self) {
        let shown = std::mem::replace(&mut self.machine.view.sign_out_unconfirmed, true);
        if !shown && self.machine.view.session == SessionState::SignedOut {
            self.effects.push(Effect::ShowNotice(Notice::SignOutUnconfirmed));
        }
    }

    /// The storage has a sign-out of another tab, whose message did not arrive. It is applied in this tab as well and sent
    /// again, unless a user has signed in since.
    pub(super) fn stored_sign_out_found(&mut self, pending: PendingSignOut) {
        match &self.machine.view.session {
            _ if self.machine.pending_sign_out.is_some() => {}
            SessionState::Active(active) if active.session.id == pending.session => self.sign_out(pending),
            SessionState::Active(active) if pending.maybe_replaced => {
                self.machine.ended.add_signed_out(active.session.id.clone());
                self.become_signed_out(pending);
            }
            // The cookie may belong to either session. If the user signs out of this one as well, both must end.
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
            // This tab's own covers it.
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

    /// Another tab reported that a sign-out is confirmed.
    pub(super) fn sign_out_done_reported(&mut self, session: &SessionId) {
        let in_flight = self.machine.cookie_calls.contains(&CookieCall::SignOut(session.clone()));
        // If the session may have been replaced, its successor still has to end.
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
