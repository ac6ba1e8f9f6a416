//! Asking who is signed in: when a check starts, and what follows from its answer and from that of the fetch after it.

use latchkey_shared::{Session, User, Verified};

use super::in_flight::{Fetch, InFlightCheck};
use super::machine::Step;
use crate::core::answer::Answer;
use crate::core::effect::Effect;
use crate::core::tab_message::TabMessage;
use crate::view::SessionState;

/// How often a user is fetched again at once who was older than the server had said.
const MOST_TRIES: u32 = 2;

impl Step {
    /// Asks for a check, unless one that is in flight will do. It starts as soon as nothing is in its way.
    pub(super) fn request_check(&mut self) {
        let serves = |check: &InFlightCheck| check.generation == self.machine.generation;
        if !self.machine.checking.as_ref().is_some_and(serves) {
            self.machine.check_pending = true;
        }
    }

    pub(super) fn start_check(&mut self) {
        let (generation, active_at_ms) = (self.machine.generation, self.machine.unreported_activity_ms.take());
        self.machine.check_pending = false;
        self.machine.checking = Some(InFlightCheck { generation, active_at_ms });
        if let Some(active_at_ms) = active_at_ms {
            self.machine.activity_reported_ms = active_at_ms;
        }
        self.effects.push(Effect::Check { generation, active_at_ms });
    }

    pub(super) fn checked(&mut self, generation: u64, answer: Answer<Verified>, sent_at_ms: u64) {
        let check = self.machine.checking.take();
        let active_at_ms = check.and_then(|check| check.active_at_ms);
        self.machine.navigating = false;
        if matches!(answer, Answer::CannotTell { .. }) {
            // Nobody can say whether the server took it: it is reported again, with its age.
            self.machine.unreported_activity_ms = self.machine.unreported_activity_ms.max(active_at_ms);
        }
        if generation != self.machine.generation {
            return;
        }
        self.machine.find_successor = false;
        self.apply_answer(answer, |step, verified| {
            let tell = active_at_ms.is_some() && verified.session.idle_timeout_s.is_some();
            let confirmed = tell.then(|| TabMessage::Confirmed(verified.clone()));
            step.verified(verified, sent_at_ms);
            if step.machine.view.session.active().is_some() {
                step.effects.extend(confirmed.map(Effect::NotifyTabs));
            }
        });
        self.staying_answered();
    }

    /// Applies one of the three answers.
    pub(super) fn apply_answer<T>(&mut self, answer: Answer<T>, active: impl FnOnce(&mut Self, T)) {
        match answer {
            Answer::Active(found) => {
                self.mark_reachable();
                active(self, found);
            }
            Answer::Ended(cause) => {
                self.mark_reachable();
                self.end(cause);
            }
            Answer::CannotTell { retry_after_ms, foreign } => {
                self.count_foreign(foreign);
                self.mark_unreachable(retry_after_ms);
            }
        }
    }

    /// The session is active. The user is fetched only if they are new here or have changed.
    fn verified(&mut self, verified: Verified, sent_at_ms: u64) {
        let Verified { session, user_id, user_version, .. } = verified;
        if self.machine.pending_sign_out.is_some() || self.machine.ended.was_left(&session.id) {
            // The user has left it, or the session that it took the place of: it is ended, not adopted.
            return self.sign_out_of(session.id);
        }
        if self.machine.ended.contains(&session.id) {
            return;
        }
        self.machine.cookie_unproven = None;
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
                // Another user's data must not stay on the screen while theirs is fetched.
                if matches!(known, SessionState::Active(_)) {
                    self.become_session(SessionState::Unknown);
                }
                self.fetch_user(fetch);
            }
        }
    }

    /// Puts what was told of the session into the store, unless it is what is there, or older.
    pub(super) fn update_session(&mut self, session: Session, received_at_ms: u64) {
        let SessionState::Active(known) = &self.machine.view.session else { return };
        let same = known.session.id == session.id;
        if same && (same_session(&known.session, &session) || super::limits::is_earlier(&session, &known.session)) {
            return;
        }
        let active = crate::view::ActiveSession { session, received_at_ms, ..known.clone() };
        self.become_session(SessionState::Active(active));
    }

    /// Fetches the user; a fetch in flight serves, and is repeated if it brings an older version than is wanted now.
    pub(super) fn fetch_user(&mut self, mut fetch: Fetch) {
        match self.machine.fetching.take() {
            Some(running) if running.user_id == fetch.user_id => fetch.version = fetch.version.max(running.version),
            running => {
                // The answer about another user is ignored when it comes.
                self.machine.generation += u64::from(running.is_some());
                self.effects.push(Effect::FetchUser { generation: self.machine.generation });
            }
        }
        self.machine.fetching = Some(fetch);
    }

    pub(super) fn user_fetched(&mut self, generation: u64, answer: Answer<User>) {
        if generation != self.machine.generation {
            return;
        }
        if let Some(fetch) = self.machine.fetching.take() {
            self.apply_answer(answer, |step, user| step.fetched(fetch, user));
        }
    }

    fn fetched(&mut self, fetch: Fetch, user: User) {
        let older = user.version < fetch.version;
        if user.id != fetch.user_id || older && fetch.tries == MOST_TRIES {
            // The cookie changed between the two answers, or they contradict: ask again, but not in a tight circle.
            return self.mark_unreachable(None);
        }
        if self.machine.ended.contains(&fetch.session.id) {
            return;
        }
        if older {
            // The user changed while the answer was on its way.
            return self.fetch_user(Fetch { tries: fetch.tries + 1, ..fetch });
        }
        // What is known of the session may be newer by now than what the fetch began with.
        let newer = self.machine.view.session.active().filter(|known| known.session.id == fetch.session.id);
        let (session, received_at_ms) =
            newer.map_or((fetch.session, fetch.received_at_ms), |known| (known.session.clone(), known.received_at_ms));
        self.activate(user, session, received_at_ms);
        self.notify_active();
    }
}

/// Whether two answers speak of the same session with the same deadline; their countdowns differ by nature.
pub(super) fn same_session(one: &Session, other: &Session) -> bool {
    (&one.id, &one.expires_at, one.refreshable) == (&other.id, &other.expires_at, other.refreshable)
}
