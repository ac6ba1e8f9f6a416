//! Checks of the session: when one starts, how its answer is applied, and the fetch of the user that may follow.

use latchkey_shared::{Session, User, Verified};

use super::in_flight::{Fetch, InFlightCheck};
use super::machine::Step;
use crate::core::answer::Answer;
use crate::core::effect::Effect;
use crate::core::tab_message::{SessionEnd, TabMessage};
use crate::view::{Reachability, SessionState};

/// How often a user is refetched at once if the answer is older than the version that the check reported.
const MAX_REFETCHES: u32 = 2;

impl Step {
    /// Requests a check, unless one of this generation is in flight. It starts as soon as nothing blocks it.
    pub(super) fn request_check(&mut self) {
        let current = |check: &InFlightCheck| check.generation == self.machine.generation;
        if !self.machine.check_in_flight.as_ref().is_some_and(current) {
            self.machine.check_pending = true;
        }
    }

    /// Requests a check that no user waits for. While the server is unreachable the retry is that check: it respects the
    /// back-off and what the server asked for.
    pub(super) fn request_background_check(&mut self) {
        if self.machine.view.reachability == Reachability::Reachable {
            self.request_check();
        }
    }

    pub(super) fn start_check(&mut self) {
        let (generation, active_at_ms) = (self.machine.generation, self.machine.unreported_activity_ms.take());
        self.machine.check_pending = false;
        self.machine.check_in_flight = Some(InFlightCheck { generation, active_at_ms });
        if let Some(active_at_ms) = active_at_ms {
            self.machine.activity_reported_ms = active_at_ms;
        }
        self.effects.push(Effect::Check { generation, active_at_ms });
    }

    pub(super) fn checked(&mut self, generation: u64, answer: Answer<Verified>, sent_at_ms: u64) {
        let check = self.machine.check_in_flight.take();
        let active_at_ms = check.and_then(|check| check.active_at_ms);
        self.machine.navigating = false;
        if matches!(answer, Answer::Unavailable { .. }) {
            // The activity may not have reached the server, so it is reported again.
            self.machine.unreported_activity_ms = self.machine.unreported_activity_ms.max(active_at_ms);
        }
        if generation != self.machine.generation {
            // Too old to be applied, but it removed the cookie, so no later answer knows the reason. It was not sent before the session was received.
            if let (Answer::Ended(cause), Some(active)) = (answer, self.machine.view.session.active())
                && sent_at_ms >= active.received_at_ms
            {
                self.note_end(SessionEnd { session: active.session.id.clone(), cause });
            }
            return;
        }
        self.machine.check_before_sign_out = false;
        self.apply_answer(answer, |step, verified| {
            let idle_limit_moved = active_at_ms.is_some() && verified.session.idle_timeout_s.is_some();
            let confirmed = idle_limit_moved.then(|| TabMessage::Confirmed(verified.clone()));
            step.apply_verified(verified, sent_at_ms);
            if step.machine.view.session.active().is_some() {
                step.effects.extend(confirmed.map(Effect::NotifyTabs));
            }
        });
        self.settle_stay_request();
    }

    /// Applies one of the three answers; `active` applies the value of an active session.
    pub(super) fn apply_answer<T>(&mut self, answer: Answer<T>, active: impl FnOnce(&mut Self, T)) {
        match answer {
            Answer::Active(found) => {
                self.mark_reachable();
                active(self, found);
            }
            Answer::Ended(cause) => {
                self.mark_reachable();
                self.apply_end(cause);
            }
            Answer::Unavailable { retry_after_ms, foreign } => {
                self.count_foreign(foreign);
                self.mark_unreachable(retry_after_ms);
            }
        }
    }

    /// Applies an active session. The user is fetched only if they are unknown or have changed.
    fn apply_verified(&mut self, verified: Verified, sent_at_ms: u64) {
        let Verified { session, user_id, user_version, .. } = verified;
        if self.machine.pending_sign_out.is_some() || self.machine.ended.was_signed_out(&session.id) {
            // The user signed out of this session, or of the one that it replaced.
            return self.sign_out_cookie_session(session.id);
        }
        if self.machine.ended.contains(&session.id) {
            return;
        }
        self.machine.cookie_unconfirmed = None;
        self.machine.view.unverified = false;
        self.set_limits(&session, sent_at_ms);
        let fetch = Fetch { user_id, version: user_version, session, received_at_ms: sent_at_ms, tries: 0 };
        match &mut self.machine.view.session {
            SessionState::Active(known) if known.user.id == fetch.user_id => {
                let changed = known.user.version < user_version;
                self.update_session(fetch.session.clone(), sent_at_ms);
                if changed {
                    self.fetch_user(fetch);
                }
            }
            known => {
                // Another user's data must not stay visible during the fetch.
                if matches!(known, SessionState::Active(_)) {
                    self.set_session(SessionState::Unknown);
                }
                self.fetch_user(fetch);
            }
        }
    }

    /// Updates the active session, unless the update is older or brings nothing new.
    pub(super) fn update_session(&mut self, session: Session, received_at_ms: u64) {
        let SessionState::Active(known) = &self.machine.view.session else { return };
        let same = known.session.id == session.id;
        if same && (same_session(&known.session, &session) || super::limits::is_earlier(&session, &known.session)) {
            return;
        }
        let active = crate::view::ActiveSession { session, received_at_ms, ..known.clone() };
        self.set_session(SessionState::Active(active));
    }

    /// Fetches the user. A fetch of the same user that is in flight is reused, and repeated if it brings too old a version.
    pub(super) fn fetch_user(&mut self, mut fetch: Fetch) {
        match self.machine.fetch_in_flight.take() {
            Some(running) if running.user_id == fetch.user_id => fetch.version = fetch.version.max(running.version),
            running => {
                // A fetch of another user is in flight: its answer will be ignored.
                self.machine.generation += u64::from(running.is_some());
                self.effects.push(Effect::FetchUser { generation: self.machine.generation });
            }
        }
        self.machine.fetch_in_flight = Some(fetch);
    }

    pub(super) fn user_fetched(&mut self, generation: u64, answer: Answer<User>) {
        if generation != self.machine.generation {
            return;
        }
        if let Some(fetch) = self.machine.fetch_in_flight.take() {
            self.apply_answer(answer, |step, user| step.apply_user(fetch, user));
        }
    }

    fn apply_user(&mut self, fetch: Fetch, user: User) {
        let older = user.version < fetch.version;
        if user.id != fetch.user_id || older && fetch.tries == MAX_REFETCHES {
            // The cookie changed between the two answers, or they contradict each other: retry after a wait.
            return self.mark_unreachable(None);
        }
        if self.machine.ended.contains(&fetch.session.id) {
            return;
        }
        if older {
            // The user changed while the fetch was in flight.
            return self.fetch_user(Fetch { tries: fetch.tries + 1, ..fetch });
        }
        // The session may have been updated since the fetch started.
        let newer = self.machine.view.session.active().filter(|known| known.session.id == fetch.session.id);
        let (session, received_at_ms) =
            newer.map_or((fetch.session, fetch.received_at_ms), |known| (known.session.clone(), known.received_at_ms));
        self.activate(user, session, received_at_ms);
        self.notify_active();
    }
}

/// Whether two answers describe the same session with the same deadline. Their countdowns differ with the time of the answer.
pub(super) fn same_session(one: &Session, other: &Session) -> bool {
    (&one.id, &one.expires_at, one.refreshable) == (&other.id, &other.expires_at, other.refreshable)
}
