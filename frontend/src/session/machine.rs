//! Decides everything about the session, and does nothing: `step(event, now)` returns the next machine and the effects
//! that it asks for. Time is an argument, the network is an event, so every interleaving can be tried in a test.
//!
//! Two rules hold races down. Single flight: while a check is in flight none is started; it serves whoever wants one.
//! Generations: whatever makes older answers meaningless (signing in or out, an end) raises the generation, and an answer
//! to an older one is dropped.

mod attempts;
mod contact;

#[cfg(test)]
mod model_tests;
#[cfg(test)]
mod test_bench;
#[cfg(test)]
mod tests;

use std::rc::Rc;

use latchkey_shared::{EndReason, InitialSession, Session, SignedIn, User, UserId, Verified};

use super::answer::Answer;
use super::notice::Notice;
use super::signals::{Effect, Event};
use super::state::{ActiveSession, SessionState, SessionStore, SignIn};

/// The state of it all: what components see, and what only the machine needs.
#[derive(Clone, Debug, Default)]
pub struct Machine {
    /// What components see.
    pub visible: SessionStore,
    /// Rises when older answers lose their meaning.
    generation: u64,
    /// The generation of the check in flight, if one is. It may be an old one: its answer will be dropped.
    checking: Option<u64>,
    /// A check is wanted that cannot start yet.
    check_owed: bool,
    /// The fetch of the user in flight, if one is.
    fetching: Option<Fetch>,
    /// When the active session ends, unless the server says otherwise.
    deadline_ms: Option<u64>,
    /// When the server last told us about the session.
    told_ms: u64,
    /// How often in a row it could not.
    failures: u32,
}

/// A fetch of the user: whose data it must be, and the session that will hold it.
#[derive(Clone, Debug)]
struct Fetch {
    user_id: UserId,
    session: Session,
}

impl Machine {
    /// What follows from an event at a time.
    #[must_use]
    pub fn step(self, event: Event, now_ms: u64) -> (Self, Vec<Effect>) {
        let mut step = Step {
            machine: self,
            now_ms,
            effects: Vec::new(),
        };
        step.take(event);
        (step.machine, step.effects)
    }
}

/// One step under way.
struct Step {
    machine: Machine,
    now_ms: u64,
    effects: Vec<Effect>,
}

impl Step {
    fn take(&mut self, event: Event) {
        match event {
            Event::Started(initial) => self.started(initial),
            Event::RouteChanged => {
                if !self.busy() {
                    self.machine.visible.sign_in = SignIn::Idle;
                }
                self.want_check();
            }
            Event::Checked { generation, answer } => {
                self.machine.checking = None;
                if generation == self.machine.generation {
                    self.heard(answer, Self::verified);
                }
                self.settle_check();
            }
            Event::UserFetched { generation, answer } => {
                if generation == self.machine.generation
                    && let Some(fetch) = self.machine.fetching.take()
                {
                    self.heard(answer, |step, user| step.fetched(fetch, user));
                }
            }
            Event::SignInAsked(login) => self.sign_in_asked(login),
            Event::SignInAnswered(answer) => self.sign_in_answered(answer),
            Event::SignOutAsked => self.sign_out_asked(),
            Event::SignOutAnswered(answer) => self.sign_out_answered(answer),
            Event::RetryDue => self.retry_due(),
            Event::DeadlineDue => self.deadline_due(),
            Event::WentOffline => self.lost_contact(None),
            Event::WentOnline => self.went_online(),
            Event::Resumed => self.resumed(),
            Event::Restored => self.want_check(),
        }
    }

    fn started(&mut self, initial: Option<InitialSession>) {
        match initial {
            None => self.want_check(),
            Some(InitialSession::Active(SignedIn { user, session })) => {
                self.found_contact();
                self.set_deadline(&session);
                self.activate(user, session);
            }
            Some(InitialSession::Ended { reason }) => {
                self.ended(reason);
                // The page could not take the dead cookie away; the answer to a check does.
                if reason.is_an_end() {
                    self.want_check();
                }
            }
        }
    }

    /// Asks for a check, unless one that is in flight will do, or it has to wait.
    fn want_check(&mut self) {
        if self.machine.checking != Some(self.machine.generation) {
            self.machine.check_owed = true;
            self.settle_check();
        }
    }

    /// Starts the check that is owed as soon as no other is in flight and nobody is signing in or out.
    fn settle_check(&mut self) {
        if self.machine.check_owed && self.machine.checking.is_none() && !self.busy() {
            let generation = self.machine.generation;
            self.machine.check_owed = false;
            self.machine.checking = Some(generation);
            self.effects.push(Effect::Check { generation });
        }
    }

    /// Takes one of the three answers.
    fn heard<T>(&mut self, answer: Answer<T>, active: impl FnOnce(&mut Self, T)) {
        match answer {
            Answer::Active(found) => {
                self.found_contact();
                active(self, found);
            }
            Answer::Ended(reason) => self.ended(reason),
            Answer::CannotTell { retry_after_ms } => self.lost_contact(retry_after_ms),
        }
    }

    /// The session is active. The user is fetched only if they are new here or have changed.
    fn verified(&mut self, verified: Verified) {
        self.set_deadline(&verified.session);
        match &mut self.machine.visible.session {
            SessionState::Active(known) if known.user.id == verified.user_id => {
                if !same_session(&known.session, &verified.session) {
                    known.session = verified.session.clone();
                    known.told_ms = self.now_ms;
                }
                if known.user.version != verified.user_version {
                    self.fetch_user(verified);
                }
            }
            known => {
                // Somebody else's data must not stay on the screen while theirs is fetched.
                if matches!(known, SessionState::Active(_)) {
                    *known = SessionState::Unknown;
                }
                self.fetch_user(verified);
            }
        }
    }

    fn fetch_user(&mut self, verified: Verified) {
        let generation = self.machine.generation;
        if self.machine.fetching.is_none() {
            self.effects.push(Effect::FetchUser { generation });
        }
        self.machine.fetching = Some(Fetch {
            user_id: verified.user_id,
            session: verified.session,
        });
    }

    fn fetched(&mut self, fetch: Fetch, user: User) {
        if user.id == fetch.user_id {
            self.activate(user, fetch.session);
        } else {
            // The cookie changed between the two answers: ask again, but not in a tight circle.
            self.lost_contact(None);
        }
    }

    fn activate(&mut self, user: User, session: Session) {
        if matches!(self.machine.visible.session, SessionState::Ended(_)) {
            self.effects.push(Effect::Withdraw);
        }
        self.machine.visible.session = SessionState::Active(ActiveSession {
            user: Rc::new(user),
            session,
            told_ms: self.now_ms,
        });
    }

    /// There is no session. The store is emptied at once; the person is told if they had one, and only then.
    fn ended(&mut self, reason: EndReason) {
        self.found_contact();
        self.forget();
        match (&self.machine.visible.session, reason) {
            (SessionState::Anonymous | SessionState::Ended(_), _) => {}
            (SessionState::Unknown, EndReason::SessionMissing) => {
                self.machine.visible.session = SessionState::Anonymous;
            }
            (SessionState::Unknown | SessionState::Active(_), _) => {
                self.machine.visible.session = SessionState::Ended(reason);
                self.effects.push(Effect::Notify(Notice::Ended(reason)));
            }
        }
    }

    /// Makes every answer that is still on its way meaningless.
    fn forget(&mut self) {
        self.machine.generation += 1;
        self.machine.check_owed = false;
        self.machine.fetching = None;
        self.machine.deadline_ms = None;
    }
}

/// Whether two answers speak of the same session with the same deadline; their countdowns differ by nature.
fn same_session(one: &Session, other: &Session) -> bool {
    (&one.id, &one.expires_at, one.refreshable) == (&other.id, &other.expires_at, other.refreshable)
}
