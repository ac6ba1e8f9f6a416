//! What is heard without asking: from another tab, which asked already, and from the server's event stream, to which one
//! tab listens for all. What a tab finds out it tells the others; what it is told it keeps to itself. A tab's word is no
//! contact with the server: it says nothing about whether that can be reached.

use latchkey_shared::{EndReason, SignedIn, User, Verified};

use super::checks::same_session;
use super::in_flight::Fetch;
use super::machine::Step;
use crate::core::effect::Effect;
use crate::core::tab_message::{SessionEnd, TabMessage};
use crate::view::{ActiveSession, SessionState};

impl Step {
    /// Another tab told something. It is taken as it is, and nobody is asked.
    pub(super) fn told(&mut self, message: TabMessage, sent_at_ms: u64) {
        match message {
            TabMessage::Active(signed_in) if self.is_new(&signed_in, sent_at_ms) => {
                self.active_reported(signed_in, sent_at_ms)
            }
            TabMessage::Confirmed(verified) => self.confirmed_reported(&verified, sent_at_ms),
            TabMessage::Ended(end) => {
                if self.is_ours(&end) {
                    self.machine.last_tab_message_ms = Some(self.now_ms);
                    self.ended(end.cause);
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
            self.set_limits_reported(&session, sent_at_ms);
            self.update_session(session.clone(), sent_at_ms);
        } else {
            self.reset_session();
            self.clear_sign_in();
            self.machine.pending_sign_out = None;
            self.machine.sign_out_due = false;
            self.machine.view.sign_out_unconfirmed = false;
            self.set_limits_reported(&session, sent_at_ms);
        }
        self.activate(user, session, sent_at_ms);
    }

    /// The user did something in another tab, and the limits have moved.
    fn confirmed_reported(&mut self, verified: &Verified, sent_at_ms: u64) {
        let ours = |active: &ActiveSession| active.session.id == verified.session.id;
        if self.machine.view.session.active().is_some_and(ours) {
            self.machine.activity_reported_ms = self.machine.activity_reported_ms.max(sent_at_ms);
            self.set_limits_reported(&verified.session, sent_at_ms);
            self.update_session(verified.session.clone(), sent_at_ms);
        }
    }

    /// The server told the end of a session. Its word could not take the cookie away; the answer to a check does.
    pub(super) fn end_streamed(&mut self, end: SessionEnd) {
        if !self.is_ours(&end) {
            return;
        }
        let may_be_replaced = end.cause == EndReason::PasswordChanged || end.cause == EndReason::SignedOut;
        if may_be_replaced && self.in_flight_may_replace() {
            // It was this tab's own call.
            self.machine.check_pending = true;
        } else if may_be_replaced {
            // Another one may have taken its place in this browser: the page is hidden until a check says so.
            self.session_changed();
        } else {
            self.notify_end(&end.cause);
            self.ended(end.cause);
            self.request_check();
        }
    }

    /// The server told that the user has another version by now.
    pub(super) fn user_streamed(&mut self, user_version: u64) {
        if let SessionState::Active(ActiveSession { user, session, received_at_ms }) = &self.machine.view.session
            && user.version < user_version
        {
            let (user_id, session, received_at_ms) = (user.id.clone(), session.clone(), *received_at_ms);
            self.fetch_user(Fetch { user_id, version: user_version, session, received_at_ms, tries: 0 });
        }
    }

    /// Tells the other tabs who is signed in, and for how long from now.
    pub(super) fn notify_active(&mut self) {
        if let SessionState::Active(active) = &self.machine.view.session {
            let message = SignedIn::new(User::clone(&active.user), active.session_at(self.now_ms));
            self.effects.push(Effect::NotifyTabs(TabMessage::Active(message)));
        }
    }

    /// Whether it is news to us, and none that an end has overtaken.
    fn is_new(&self, signed_in: &SignedIn, sent_at_ms: u64) -> bool {
        let SignedIn { user, session, .. } = signed_in;
        let known = self.machine.view.session.active().is_some_and(|known| {
            known.user.id == user.id && known.user.version >= user.version && same_session(&known.session, session)
        });
        // Where a session may have taken the place of one that was left, a check finds out which, and ends it.
        let leaving = self.machine.pending_sign_out.as_ref().is_some_and(|pending| pending.replaced);
        let stale = self.machine.left_at_ms.is_some_and(|left_at_ms| sent_at_ms <= left_at_ms);
        !known && !leaving && !stale && !self.machine.ended.contains(&session.id)
    }

    pub(super) fn is_ours(&self, end: &SessionEnd) -> bool {
        self.machine.view.session.active().is_some_and(|active| active.session.id == end.session)
    }
}
