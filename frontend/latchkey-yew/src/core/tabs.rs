//! Reports without a request: messages of other tabs, and the server's event stream, which one tab reads for all. A tab sends
//! on what the server told it, never what another tab told it. A tab's message says nothing about whether the server is reachable.

use latchkey_shared::{EndReason, SignedIn, User, Verified};

use super::checks::same_session;
use super::in_flight::Fetch;
use super::machine::Step;
use crate::core::effect::Effect;
use crate::core::tab_message::{SessionEnd, TabMessage};
use crate::view::{ActiveSession, SessionState};

impl Step {
    /// Applies another tab's message without a request.
    pub(super) fn tab_reported(&mut self, message: TabMessage, sent_at_ms: u64) {
        match message {
            TabMessage::Active(signed_in) if self.is_new(&signed_in, sent_at_ms) => {
                self.active_reported(signed_in, sent_at_ms)
            }
            TabMessage::Confirmed(verified) => self.confirmed_reported(&verified, sent_at_ms),
            TabMessage::Ended(end) => {
                if self.is_current(&end) {
                    self.machine.last_tab_message_ms = Some(self.now_ms);
                    self.end_session(end.cause);
                } else {
                    self.note_end(end.clone());
                }
                self.machine.ended.add(end.session);
            }
            TabMessage::SignOutPending(pending) => {
                self.machine.last_tab_message_ms = Some(self.now_ms);
                self.sign_out_reported(pending);
            }
            TabMessage::SignOutDone(session) => self.sign_out_done_reported(&session),
            TabMessage::Active(_) => {}
        }
    }

    fn active_reported(&mut self, signed_in: SignedIn, sent_at_ms: u64) {
        let SignedIn { user, session, .. } = signed_in;
        let known = self.machine.view.session.active().is_some_and(|active| active.session.id == session.id);
        self.machine.last_tab_message_ms = Some(self.now_ms);
        if known {
            self.set_limits_from_tab(&session, sent_at_ms);
            self.update_session(session.clone(), sent_at_ms);
        } else {
            self.reset_session();
            self.clear_sign_in();
            self.machine.pending_sign_out = None;
            self.machine.sign_out_due = false;
            self.machine.view.sign_out_unconfirmed = false;
            self.set_limits_from_tab(&session, sent_at_ms);
        }
        self.activate(user, session, sent_at_ms);
    }

    /// Activity in another tab has moved the limits. If that tab's version of the user is older, sends it the newer one, whose message it
    /// missed while its page was loading.
    fn confirmed_reported(&mut self, verified: &Verified, sent_at_ms: u64) {
        let ours = |active: &&ActiveSession| active.session.id == verified.session.id;
        if let Some(active) = self.machine.view.session.active().filter(ours) {
            if active.user.version > verified.user_version {
                self.notify_active();
            }
            self.machine.activity_reported_ms = self.machine.activity_reported_ms.max(sent_at_ms);
            self.set_limits_from_tab(&verified.session, sent_at_ms);
            self.update_session(verified.session.clone(), sent_at_ms);
        }
    }

    /// Ends the session that the event stream reported. The stream cannot remove the cookie; the answer to a check does.
    pub(super) fn end_streamed(&mut self, end: SessionEnd) {
        if !self.is_current(&end) {
            return;
        }
        self.note_end(end.clone());
        let may_be_replaced = end.cause == EndReason::PasswordChanged || end.cause == EndReason::SignedOut;
        if may_be_replaced && self.new_session_in_flight() {
            // Caused by this tab's own call, whose answer brings the new session.
            self.machine.check_pending = true;
        } else if may_be_replaced {
            // Another tab may have replaced the session: the page is hidden until a check has found out.
            self.session_changed();
        } else {
            self.end_in_all_tabs(end.cause);
            self.request_check();
        }
    }

    /// Fetches the user if the event stream reported a newer version.
    pub(super) fn user_streamed(&mut self, user_version: u64) {
        if let SessionState::Active(ActiveSession { user, session, received_at_ms }) = &self.machine.view.session
            && user.version < user_version
        {
            let (user_id, session, received_at_ms) = (user.id.clone(), session.clone(), *received_at_ms);
            self.fetch_user(Fetch { user_id, version: user_version, session, received_at_ms, tries: 0 });
        }
    }

    /// Sends the active session to the other tabs, with the time that is left now.
    pub(super) fn notify_active(&mut self) {
        if let SessionState::Active(active) = &self.machine.view.session {
            let message = SignedIn::new(User::clone(&active.user), active.session_at(self.now_ms));
            self.effects.push(Effect::NotifyTabs(TabMessage::Active(message)));
        }
    }

    /// Whether the message brings something new, and no later end or sign-out contradicts it.
    fn is_new(&self, signed_in: &SignedIn, sent_at_ms: u64) -> bool {
        let SignedIn { user, session, .. } = signed_in;
        let known = self.machine.view.session.active().is_some_and(|known| {
            known.user.id == user.id && known.user.version >= user.version && same_session(&known.session, session)
        });
        // It may be the session that is to be signed out next; a check finds out.
        let signing_out = self.machine.pending_sign_out.as_ref().is_some_and(|pending| pending.maybe_replaced);
        let stale = self.machine.signed_out_at_ms.is_some_and(|signed_out_at_ms| sent_at_ms <= signed_out_at_ms);
        !known && !signing_out && !stale && !self.machine.ended.contains(&session.id)
    }

    pub(super) fn is_current(&self, end: &SessionEnd) -> bool {
        self.machine.view.session.active().is_some_and(|active| active.session.id == end.session)
    }
}
