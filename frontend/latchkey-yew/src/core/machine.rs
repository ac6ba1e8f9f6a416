//! The session's state machine. `step(event, now)` returns the next machine and the effects to perform; it performs none itself.
//! Time is an argument and every answer of the network is an event, so tests can try any interleaving.
//!
//! Three rules prevent races:
//! - Single flight: at most one check is in flight; later requests for a check share its answer.
//! - Generations: an event that makes older answers invalid (sign-in, sign-out, an end) raises the generation; answers to an
//!   older generation are ignored.
//! - No check starts while a call that changes the cookie is in flight.

use latchkey_shared::{Login, SessionId};

use super::effect::Effect;
use super::ended_sessions::EndedSessions;
use super::event::Event;
use super::in_flight::{CookieCall, Fetch, InFlightCheck};
use super::limits::Limits;
use super::pending_sign_out::PendingSignOut;
use super::settings::Settings;
use super::tab_message::SessionEnd;
use crate::view::{ReauthPurpose, SessionView, SignIn, StayRequest};

/// The state of the session: what components read, and what only the rules need.
#[derive(Clone, Debug, Default)]
pub struct Machine {
    pub(super) settings: Settings,
    /// What components read.
    pub view: SessionView,
    /// Whether the check of the last navigation has not been answered yet.
    pub navigating: bool,
    /// Answers to requests of an older generation are ignored.
    pub(super) generation: u64,
    /// The check in flight, possibly of an older generation.
    pub(super) check_in_flight: Option<InFlightCheck>,
    /// Whether a check starts as soon as nothing blocks it.
    pub(super) check_pending: bool,
    /// The fetch of the user that is in flight.
    pub(super) fetch_in_flight: Option<Fetch>,
    /// The calls in flight that set or remove the cookie. The machine starts one at a time; pages may add theirs.
    pub(super) cookie_calls: Vec<CookieCall>,
    /// A log-in that starts when no cookie call is in flight any more.
    pub(super) queued_login: Option<Login>,
    /// The sign-out that the server has not confirmed.
    pub(super) pending_sign_out: Option<PendingSignOut>,
    /// Whether the pending sign-out is sent as soon as nothing blocks it.
    pub(super) sign_out_due: bool,
    /// Whether another tab has a pending sign-out from a session that is not this tab's.
    pub(super) other_sign_out_pending: bool,
    /// Whether the user signed out in this tab, which therefore reports the confirmation.
    pub(super) own_sign_out: bool,
    /// When the user last signed out in any tab. Messages of tabs that were sent before are stale.
    pub(super) signed_out_at_ms: Option<u64>,
    /// Until this time the pending sign-out is not sent: a call of another tab may still replace the session.
    pub(super) sign_out_not_before_ms: u64,
    /// Whether the user signed out while a call was in flight that may start a session, which then is signed out as well.
    pub(super) sign_out_after_call: bool,
    /// Whether a check must find out which session has replaced the one that the user signed out of.
    pub(super) check_before_sign_out: bool,
    /// The limits of the active session.
    pub(super) limits: Option<Limits>,
    /// When the warning before the deadline is shown.
    pub(super) warning_at_ms: Option<u64>,
    /// The time of the last activity that the server has not been sent.
    pub(super) unreported_activity_ms: Option<u64>,
    /// The time of the last activity that the server has been sent.
    pub(super) activity_reported_ms: u64,
    /// Until this time activity does not slide the deadline again.
    pub(super) next_slide_ms: u64,
    /// When the server last answered about the session.
    pub(super) last_contact_ms: u64,
    /// When another tab last reported something new.
    pub(super) last_tab_message_ms: Option<u64>,
    /// Why the session has ended, while a check is still to find out whether another one has replaced it. That check may be answered
    /// without a reason, because an earlier answer has removed the cookie.
    pub(super) reported_end: Option<SessionEnd>,
    /// Sessions that have ended and are never shown as active again.
    pub(super) ended: EndedSessions,
    /// The session of the last log-in, until an answer shows that the browser kept its cookie.
    pub(super) cookie_unconfirmed: Option<SessionId>,
    /// Whether the server has another build of the app than this page.
    pub(super) new_build: bool,
    /// Consecutive answers from which nothing could be concluded.
    pub(super) failures: u32,
    /// Consecutive answers that came from something else than the server.
    pub(super) foreign_answers: u32,
}

impl Machine {
    /// A machine before [`Event::Started`].
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self { settings, ..Self::default() }
    }

    /// The sign-out that the server has not confirmed. The runtime keeps it in the browser's storage.
    #[must_use]
    pub const fn pending_sign_out(&self) -> Option<&PendingSignOut> {
        self.pending_sign_out.as_ref()
    }

    /// The session that is active, or the last one that was.
    #[must_use]
    pub fn last_session(&self) -> Option<&SessionId> {
        let active = self.view.session.active().map(|active| &active.session.id);
        active.or_else(|| self.ended.last())
    }

    /// The next machine, and the effects to perform in order.
    #[must_use]
    pub fn step(self, event: Event, now_ms: u64) -> (Self, Vec<Effect>) {
        let mut step = Step { machine: self, now_ms, effects: Vec::new() };
        step.apply(event);
        step.start_pending();
        (step.machine, step.effects)
    }
}

/// A step in progress. Each module of rules adds its part to `impl Step`.
pub(super) struct Step {
    pub(super) machine: Machine,
    pub(super) now_ms: u64,
    pub(super) effects: Vec<Effect>,
}

impl Step {
    fn apply(&mut self, event: Event) {
        match event {
            Event::Started { initial, received_at_ms, pending } => self.started(initial, received_at_ms, pending),
            Event::UserActive => self.user_active(),
            Event::Left => self.machine.view.unverified = true,
            Event::Edited => self.machine.view.has_unsaved_input = true,
            Event::InputSaved => self.machine.view.has_unsaved_input = false,
            event => self.apply_after_start(event),
        }
    }

    /// The events that a page need not handle while it starts. A function of its own, so that the page can start before this code
    /// is there.
    #[inline(never)]
    fn apply_after_start(&mut self, event: Event) {
        match event {
            Event::RouteChanged { cause, leaves_page } => self.route_changed(cause, leaves_page),
            Event::Checked { generation, answer, sent_at_ms, new_build } => {
                self.machine.new_build |= new_build;
                self.checked(generation, answer, sent_at_ms);
            }
            Event::UserFetched { generation, answer } => self.user_fetched(generation, answer),
            Event::SignInRequested(login) => self.sign_in_requested(login),
            Event::SignInAnswered { answer, sent_at_ms } => self.sign_in_answered(answer, sent_at_ms),
            Event::SignOutRequested => self.sign_out_requested(),
            Event::SignOutAnswered(answer) => self.sign_out_answered(answer),
            Event::SignOutLate => self.sign_out_late(),
            Event::StoredSignOutFound(pending) => self.stored_sign_out_found(pending),
            Event::RetryDue => self.retry_due(),
            Event::DeadlineDue => self.deadline_due(),
            Event::WarningDue => self.warning_due(),
            Event::WentOffline => self.mark_unreachable(None),
            Event::WentOnline => self.went_online(),
            Event::Resumed => self.resumed(),
            Event::Restored => self.restored(),
            Event::StreamLost => self.request_background_check(),
            Event::StreamInterrupted => self.request_check(),
            Event::StayRequested => self.stay_requested(),
            Event::RefreshAnswered { answer, sent_at_ms } => self.refresh_answered(answer, sent_at_ms),
            Event::ActivityDue => self.report_activity(),
            Event::ReauthDismissed => self.dismiss_reauth(),
            Event::ReauthRequired => self.open_reauth(ReauthPurpose::Confirm),
            Event::SessionEndFound(end) => self.session_end_found(end),
            Event::SessionChanged => self.session_changed(),
            Event::UserChanged(user) => self.user_changed(user),
            Event::ReplacementStarted => self.replacement_started(),
            Event::SessionReplaced { signed_in, sent_at_ms } => self.session_replaced(signed_in, sent_at_ms),
            Event::ReplacementFailed { outcome_unknown } => self.replacement_failed(outcome_unknown),
            Event::TabReported { message, sent_at_ms } => self.tab_reported(message, sent_at_ms),
            Event::EndStreamed(end) => self.end_streamed(end),
            Event::UserStreamed { user_version } => self.user_streamed(user_version),
            Event::Started { .. } | Event::UserActive | Event::Left | Event::Edited | Event::InputSaved => {
                unreachable!("the caller has handled it")
            }
        }
    }

    /// Starts what is pending, unless a cookie call blocks it. A pending sign-out is sent instead of a check, which would only
    /// find the session that the user has signed out of.
    fn start_pending(&mut self) {
        if !self.machine.cookie_calls.is_empty() {
            return;
        }
        if let Some(login) = self.machine.queued_login.take() {
            return self.start_sign_in(login);
        }
        let check_before_sign_out = self.machine.check_before_sign_out;
        if let Some(pending) = self.machine.pending_sign_out.clone().filter(|_| !check_before_sign_out) {
            let wanted = self.machine.sign_out_due || self.machine.check_pending;
            self.machine.check_pending = false;
            if wanted && self.now_ms >= self.machine.sign_out_not_before_ms {
                self.start_sign_out(pending.session);
            }
        } else if self.machine.check_pending && self.machine.check_in_flight.is_none() {
            self.start_check();
        }
    }

    /// Removes the first matching cookie call from those in flight.
    pub(super) fn take_cookie_call(&mut self, matches: impl Fn(&CookieCall) -> bool) -> Option<CookieCall> {
        let index = self.machine.cookie_calls.iter().position(matches)?;
        Some(self.machine.cookie_calls.remove(index))
    }

    /// Ignores all answers in flight; if one was a check or a fetch, requests another check.
    pub(super) fn invalidate_in_flight(&mut self) {
        let interrupted = self.machine.check_in_flight.is_some() || self.machine.fetch_in_flight.is_some();
        self.machine.generation += 1;
        self.machine.fetch_in_flight = None;
        self.machine.check_pending |= interrupted;
    }

    /// Ignores all answers in flight and clears everything that belonged to the last session: limits, warning, pending check.
    pub(super) fn reset_session(&mut self) {
        self.machine.generation += 1;
        self.machine.check_pending = false;
        self.machine.fetch_in_flight = None;
        self.machine.limits = None;
        self.machine.warning_at_ms = None;
        self.machine.view.expiring = None;
        self.machine.view.stay_request = StayRequest::Idle;
    }

    /// Clears the result of the last sign-in attempt; one in flight is left alone.
    pub(super) fn clear_sign_in(&mut self) {
        if self.machine.view.sign_in != SignIn::Pending {
            self.machine.view.sign_in = SignIn::Idle;
        }
    }
}
