//! The start of the app, and changes of the route.

use latchkey_shared::{InitialSession, SignedIn, Verified};

use super::machine::Step;
use crate::core::effect::Effect;
use crate::core::event::RouteCause;
use crate::core::pending_sign_out::PendingSignOut;
use crate::core::tab_message::TabMessage;
use crate::view::SessionState;

/// A redirect by a guard needs no check if the session was reported within this time.
const JUST_REPORTED_MS: u64 = 2_000;

impl Step {
    pub(super) fn started(
        &mut self,
        initial: Option<InitialSession>,
        received_at_ms: u64,
        pending: Option<PendingSignOut>,
    ) {
        match (initial, pending) {
            (Some(InitialSession::Active(SignedIn { session, .. })), Some(pending))
                if pending.session == session.id || pending.maybe_replaced =>
            {
                // If the active session has replaced the one that the user signed out of, it is signed out instead.
                let maybe_replaced = pending.maybe_replaced && pending.session == session.id;
                self.become_signed_out(PendingSignOut { session: session.id, maybe_replaced });
            }
            (None, Some(pending)) => self.become_signed_out(pending),
            (Some(InitialSession::Ended { .. }), Some(pending)) if pending.maybe_replaced => {
                self.become_signed_out(pending)
            }
            (None, None) => self.request_check(),
            (Some(InitialSession::Active(SignedIn { user, session, .. })), _) => {
                self.mark_reachable();
                self.set_limits(&session, received_at_ms);
                // Opening a page is activity, which moves an idle limit in all tabs. A tab that has a newer version of the user answers.
                let opened = Verified::new(session.clone(), user.id.clone(), user.version);
                self.effects.push(Effect::NotifyTabs(TabMessage::Confirmed(opened)));
                self.activate(user, session, received_at_ms);
            }
            (Some(InitialSession::Ended { reason }), _) => {
                self.mark_reachable();
                self.end_session(reason.into());
                // The document could not remove the cookie of the ended session; the answer to a check does.
                if reason.is_an_end() {
                    self.request_check();
                }
            }
        }
    }

    pub(super) fn route_changed(&mut self, cause: RouteCause, leaves_page: bool) {
        let nothing_typed = !self.machine.view.has_unsaved_input;
        if leaves_page {
            self.leave_page();
        }
        if cause == RouteCause::User {
            self.clear_sign_in();
            self.machine.unreported_activity_ms = Some(self.now_ms);
            if leaves_page && nothing_typed && self.may_load_new_build() {
                return self.effects.push(Effect::LoadPage);
            }
            self.slide_if_due();
        } else if self.just_reported() {
            return;
        }
        self.request_check();
        self.machine.navigating = self.machine.pending_sign_out.is_none();
    }

    fn may_load_new_build(&self) -> bool {
        let machine = &self.machine;
        machine.new_build && machine.cookie_calls.is_empty() && machine.view.reauth.is_none()
    }

    /// Whether the server or another tab has reported the session just now, so that a check would bring nothing new.
    fn just_reported(&self) -> bool {
        let received_at_ms = self.machine.last_tab_message_ms.max(Some(self.machine.last_contact_ms));
        let known = self.machine.view.session != SessionState::Unknown;
        known && received_at_ms.is_some_and(|received_at_ms| self.now_ms < received_at_ms + JUST_REPORTED_MS)
    }
}
