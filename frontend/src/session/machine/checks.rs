//! Asking who is signed in: when a check starts, and what follows from its answer and from that of the fetch after it.

use latchkey_shared::{Session, User, UserId, Verified};

use super::Step;
use crate::session::answer::Answer;
use crate::session::signals::Effect;
use crate::session::state::SessionState;

/// A fetch of the user: whose data it must be, the session that will hold it, and when that was told.
#[derive(Clone, Debug)]
pub(super) struct Fetch {
    pub(super) user_id: UserId,
    pub(super) session: Session,
    pub(super) told_ms: u64,
}

impl Step {
    /// Asks for a check, unless one that is in flight will do, or it has to wait.
    pub(super) fn want_check(&mut self) {
        if self.machine.checking != Some(self.machine.generation) {
            self.machine.check_owed = true;
            self.settle_check();
        }
    }

    /// Starts the check that is owed as soon as no other is in flight and nobody is signing in or out.
    pub(super) fn settle_check(&mut self) {
        if self.machine.sign_out_owed.is_some() {
            // A check would only find the session that the person has left.
            self.machine.check_owed = false;
            self.settle_sign_out();
        } else if self.machine.check_owed && self.machine.checking.is_none() && !self.busy() {
            let generation = self.machine.generation;
            self.machine.check_owed = false;
            self.machine.checking = Some(generation);
            let activity = std::mem::take(&mut self.machine.acted);
            if activity {
                self.machine.noted_ms = self.now_ms;
            }
            self.effects.push(Effect::Check { generation, activity });
        }
    }

    /// Takes one of the three answers.
    pub(super) fn heard<T>(&mut self, answer: Answer<T>, active: impl FnOnce(&mut Self, T)) {
        match answer {
            Answer::Active(found) => {
                self.found_contact();
                active(self, found);
            }
            Answer::Ended(reason) => {
                self.tell_end(reason);
                self.ended(reason);
            }
            Answer::CannotTell { retry_after_ms } => self.lost_contact(retry_after_ms),
        }
    }

    /// The session is active. The user is fetched only if they are new here or have changed.
    pub(super) fn verified(&mut self, verified: Verified) {
        self.set_deadline(&verified.session);
        let Verified { session, user_id, user_version } = verified;
        let fetch = Fetch { user_id, session, told_ms: self.now_ms };
        match &mut self.machine.visible.session {
            SessionState::Active(known) if known.user.id == fetch.user_id => {
                if !same_session(&known.session, &fetch.session) {
                    known.session = fetch.session.clone();
                    known.told_ms = self.now_ms;
                }
                if known.user.version != user_version {
                    self.fetch_user(fetch);
                }
            }
            known => {
                // Somebody else's data must not stay on the screen while theirs is fetched.
                if matches!(known, SessionState::Active(_)) {
                    *known = SessionState::Unknown;
                }
                self.fetch_user(fetch);
            }
        }
    }

    pub(super) fn fetch_user(&mut self, fetch: Fetch) {
        let generation = self.machine.generation;
        if self.machine.fetching.is_none() {
            self.effects.push(Effect::FetchUser { generation });
        }
        self.machine.fetching = Some(fetch);
    }

    pub(super) fn fetched(&mut self, fetch: Fetch, user: User) {
        if user.id == fetch.user_id {
            self.activate(user, fetch.session, fetch.told_ms);
            self.tell_active();
        } else {
            // The cookie changed between the two answers: ask again, but not in a tight circle.
            self.lost_contact(None);
        }
    }
}

/// Whether two answers speak of the same session with the same deadline; their countdowns differ by nature.
pub(super) fn same_session(one: &Session, other: &Session) -> bool {
    (&one.id, &one.expires_at, one.refreshable) == (&other.id, &other.expires_at, other.refreshable)
}
