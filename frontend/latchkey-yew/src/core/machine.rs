//! Decides everything about the session, and does nothing: `step(event, now)` returns the next machine and the effects
//! that it asks for. Time is an argument, the network is an event, so every interleaving can be tried in a test.
//!
//! Three rules hold races down. Single flight: while a check is in flight none is started; it serves whoever wants one.
//! Generations: whatever makes older answers meaningless (signing in or out, an end) raises the generation, and an answer
//! to an older one is ignored. One at a time: while a call that changes the cookie is in flight, nothing else asks about it.

use latchkey_shared::{Login, SessionId};

use super::effect::Effect;
use super::ended_sessions::EndedSessions;
use super::event::Event;
use super::in_flight::{CookieCall, Fetch, InFlightCheck};
use super::limits::Limits;
use super::pending_sign_out::PendingSignOut;
use super::settings::Settings;
use crate::view::{ReauthPurpose, SessionView, SignIn, StayRequest};

/// The state of it all: what components see, and what only the machine needs.
#[derive(Clone, Debug, Default)]
pub struct Machine {
    /// What the app has chosen.
    pub(super) settings: Settings,
    /// What components see.
    pub view: SessionView,
    /// Whether the user went somewhere, and the check of that is still to be answered.
    pub navigating: bool,
    /// Rises when older answers lose their meaning.
    pub(super) generation: u64,
    /// The check in flight. It may be of an old generation: then its answer will be ignored.
    pub(super) checking: Option<InFlightCheck>,
    /// A check is wanted that cannot start yet.
    pub(super) check_pending: bool,
    /// The fetch of the user in flight.
    pub(super) fetching: Option<Fetch>,
    /// The calls in flight that change the cookie: one, and those of pages that wait for it.
    pub(super) in_flight: Vec<CookieCall>,
    /// A log-in that was asked for while another such call was in flight.
    pub(super) queued_login: Option<Login>,
    /// The sign-out that the server has not confirmed.
    pub(super) pending_sign_out: Option<PendingSignOut>,
    /// Whether that one is to be sent as soon as it can be.
    pub(super) sign_out_due: bool,
    /// Whether another tab has left another session than ours, and the server has not confirmed it.
    pub(super) pending_elsewhere: bool,
    /// Whether it was asked for on this page, which has not said yet that it is done.
    pub(super) left_here: bool,
    /// When the user last signed out, here or in another tab: what was said before that is out of date.
    pub(super) left_at_ms: Option<u64>,
    /// Before this time it is left to the tab whose call may still begin a session in the place of the one that was left.
    pub(super) sign_out_not_before_ms: u64,
    /// Whether the user signed out while a call was in flight that may begin a session: that one is to end too.
    pub(super) leave_after_call: bool,
    /// Whether a check must say first which session has taken the place of the one that was left.
    pub(super) find_successor: bool,
    /// The limits of the active session, as last told.
    pub(super) limits: Option<Limits>,
    /// When the end is near enough to warn of it.
    pub(super) warning_ms: Option<u64>,
    /// When the user last did something that the server has not been told.
    pub(super) unreported_activity_ms: Option<u64>,
    /// When the activity was that the server was told of last.
    pub(super) activity_reported_ms: u64,
    /// Before this time the deadline is not moved again by itself.
    pub(super) next_slide_ms: u64,
    /// When the server last told us about the session.
    pub(super) last_contact_ms: u64,
    /// When another tab last told us something new.
    pub(super) last_tab_message_ms: Option<u64>,
    /// The sessions that ended here: nothing brings one of them back.
    pub(super) ended: EndedSessions,
    /// The session of the last log-in, until an answer shows that the browser kept its cookie.
    pub(super) cookie_unproven: Option<SessionId>,
    /// Whether the server has a newer build of the app than this page.
    pub(super) new_build: bool,
    /// How often in a row the server could not tell.
    pub(super) failures: u32,
    /// How often in a row something else answered in its place.
    pub(super) foreign_answers: u32,
}

impl Machine {
    /// A machine that knows nothing yet.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self { settings, ..Self::default() }
    }

    /// The sign-out that the server has not confirmed; the browser's storage keeps it.
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

    /// What follows from an event at a time.
    #[must_use]
    pub fn step(self, event: Event, now_ms: u64) -> (Self, Vec<Effect>) {
        let mut step = Step { machine: self, now_ms, effects: Vec::new() };
        step.take(event);
        step.start_pending();
        (step.machine, step.effects)
    }
}

/// One step under way.
pub(super) struct Step {
    pub(super) machine: Machine,
    pub(super) now_ms: u64,
    pub(super) effects: Vec<Effect>,
}

impl Step {
    fn take(&mut self, event: Event) {
        match event {
            Event::Started { initial, received_at_ms, pending } => self.started(initial, received_at_ms, pending),
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
            Event::SignOutRemembered(pending) => self.sign_out_remembered(pending),
            Event::RetryDue => self.retry_due(),
            Event::DeadlineDue => self.deadline_due(),
            Event::WarningDue => self.warning_due(),
            Event::WentOffline => self.mark_unreachable(None),
            Event::WentOnline => self.went_online(),
            Event::Resumed => self.resumed(),
            Event::Restored => self.restored(),
            Event::StreamMissed => self.request_check(),
            Event::StayRequested => self.stay_requested(),
            Event::RefreshAnswered { answer, sent_at_ms } => self.refresh_answered(answer, sent_at_ms),
            Event::UserActive => self.user_active(),
            Event::ActivityDue => self.report_activity(),
            Event::Edited => self.machine.view.has_unsaved_input = true,
            Event::InputSaved => self.machine.view.has_unsaved_input = false,
            Event::DialogLeft => self.left_dialog(),
            Event::ReauthRequired => self.ask_password(ReauthPurpose::Confirm),
            Event::CallEnded(end) => self.call_ended(&end),
            Event::SessionChanged => self.session_changed(),
            Event::UserChanged(user) => self.user_changed(user),
            Event::ReplacementStarted => self.replacement_started(),
            Event::SessionReplaced { signed_in, sent_at_ms } => self.session_replaced(signed_in, sent_at_ms),
            Event::ReplacementFailed { unknown } => self.replacement_failed(unknown),
            Event::TabReported { message, sent_at_ms } => self.told(message, sent_at_ms),
            Event::EndStreamed(end) => self.end_streamed(end),
            Event::UserStreamed { user_version } => self.user_streamed(user_version),
        }
    }

    /// Starts what waits, as far as nothing is in its way. A pending sign-out takes the place of every check: those would only
    /// find the session that the user has left.
    fn start_pending(&mut self) {
        if !self.machine.in_flight.is_empty() {
            return;
        }
        if let Some(login) = self.machine.queued_login.take() {
            return self.start_sign_in(login);
        }
        let find_successor = self.machine.find_successor;
        if let Some(pending) = self.machine.pending_sign_out.clone().filter(|_| !find_successor) {
            let wanted = self.machine.sign_out_due || self.machine.check_pending;
            self.machine.check_pending = false;
            if wanted && self.now_ms >= self.machine.sign_out_not_before_ms {
                self.start_sign_out(pending.pending);
            }
        } else if self.machine.check_pending && self.machine.checking.is_none() {
            self.start_check();
        }
    }

    /// A call that changes the cookie is over; whether it was in flight.
    pub(super) fn call_over(&mut self, is_it: impl Fn(&CookieCall) -> bool) -> Option<CookieCall> {
        let index = self.machine.in_flight.iter().position(is_it)?;
        Some(self.machine.in_flight.remove(index))
    }

    /// Ignores all answers in flight from now on; if one of them was a check, schedules another.
    pub(super) fn invalidate_in_flight(&mut self) {
        let interrupted = self.machine.checking.is_some() || self.machine.fetching.is_some();
        self.machine.generation += 1;
        self.machine.fetching = None;
        self.machine.check_pending |= interrupted;
    }

    /// Nothing is known of any session any more: all answers in flight are ignored, and no timer means anything.
    pub(super) fn reset_session(&mut self) {
        self.machine.generation += 1;
        self.machine.check_pending = false;
        self.machine.fetching = None;
        self.machine.limits = None;
        self.machine.warning_ms = None;
        self.machine.view.expiring = None;
        self.machine.view.stay_request = StayRequest::Idle;
    }

    /// Forgets how the last attempt to sign in went.
    pub(super) fn clear_sign_in(&mut self) {
        if self.machine.view.sign_in != SignIn::Pending {
            self.machine.view.sign_in = SignIn::Idle;
        }
    }
}
