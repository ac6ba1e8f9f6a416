//! Runs a machine in tests: takes events, returns effects, and sets the time.

use latchkey_shared::{
    EndReason, ErrorCode, InitialSession, Login, Session, SessionId, SignedIn, Timestamp, User, UserId, Verified,
};

use super::machine::Machine;
use crate::core::answer::Answer;
use crate::core::effect::{Alarm, Effect};
use crate::core::event::{Event, RouteCause};
use crate::view::{Reachability, Refusal, SessionState};

/// The lifetime of the tests' sessions.
pub(super) const LIFETIME_S: u64 = 600;

#[derive(Clone, Default)]
pub(super) struct Bench {
    pub(super) machine: Machine,
    pub(super) now_ms: u64,
    /// The generation of the last check or fetch.
    pub(super) generation: u64,
}

impl Bench {
    /// A machine that started on a page with an embedded session of `name`.
    pub(super) fn signed_in(name: &str) -> Self {
        let mut bench = Self::default();
        let effects = bench.dispatch(started(Some(InitialSession::Active(signed_in(name, 1)))));
        assert_eq!((checks(&effects), fetches(&effects)), (0, 0));
        bench
    }

    /// A machine that started on a page without an embedded session.
    pub(super) fn unknown() -> Self {
        let mut bench = Self::default();
        assert_eq!(checks(&bench.dispatch(started(None))), 1);
        bench
    }

    pub(super) fn dispatch(&mut self, event: Event) -> Vec<Effect> {
        let (machine, effects) = std::mem::take(&mut self.machine).step(event, self.now_ms);
        self.machine = machine;
        for effect in &effects {
            if let Effect::Check { generation, .. } | Effect::FetchUser { generation } = effect {
                self.generation = *generation;
            }
        }
        effects
    }

    pub(super) fn after(&mut self, seconds: u64, event: Event) -> Vec<Effect> {
        self.now_ms += seconds * 1_000;
        self.dispatch(event)
    }

    /// Answers the last check.
    pub(super) fn checked(&mut self, answer: Answer<Verified>) -> Vec<Effect> {
        let (generation, sent_at_ms) = (self.generation, self.now_ms);
        self.dispatch(Event::Checked { generation, answer, sent_at_ms, new_build: false })
    }

    /// Answers the last fetch.
    pub(super) fn fetched(&mut self, answer: Answer<User>) -> Vec<Effect> {
        let generation = self.generation;
        self.dispatch(Event::UserFetched { generation, answer })
    }

    pub(super) fn session(&self) -> &SessionState {
        &self.machine.view.session
    }

    /// The name and version of the user who is signed in.
    pub(crate) fn user(&self) -> Option<(&str, u64)> {
        self.session().user().map(|user| (user.name.as_str(), user.version))
    }

    pub(super) fn reachable(&self) -> bool {
        self.machine.view.reachability == Reachability::Reachable
    }
}

/// The start of the app, on a page that has just arrived.
pub(crate) fn started(initial: Option<InitialSession>) -> Event {
    Event::Started { initial, received_at_ms: 0, pending: None }
}

/// The user navigates to another page.
pub(super) const NAVIGATES: Event = Event::RouteChanged { cause: RouteCause::User, leaves_page: true };
/// A guard redirects.
pub(super) const REDIRECTED: Event = Event::RouteChanged { cause: RouteCause::Guard, leaves_page: true };

pub(super) fn ended<T>(reason: EndReason) -> Answer<T> {
    Answer::Ended(reason.into())
}

/// The value, changed.
pub(crate) fn with<T>(mut value: T, change: impl FnOnce(&mut T)) -> T {
    change(&mut value);
    value
}

pub(crate) fn user(name: &str, version: u64) -> User {
    User::new(UserId(name.into()), format!("{name}@example.org"), name, version)
}

pub(crate) fn session(id: &str, expires_in_s: u64) -> Session {
    Session::new(SessionId(id.into()), Timestamp("then".into()), Timestamp("later".into()), expires_in_s)
}

pub(super) fn signed_in(name: &str, version: u64) -> SignedIn {
    SignedIn::new(user(name, version), session(name, LIFETIME_S))
}

pub(super) fn active(name: &str, user_version: u64) -> Answer<Verified> {
    Answer::Active(Verified::new(session(name, LIFETIME_S), UserId(name.into()), user_version))
}

pub(super) fn unavailable<T>() -> Answer<T> {
    Answer::Unavailable { retry_after_ms: None, foreign: false }
}

pub(super) fn login() -> Login {
    Login { email: "ada@example.org".into(), password: "secret".into(), remember: None }
}

pub(crate) fn refusal(detail: &str) -> Refusal {
    Refusal { code: ErrorCode::BadCredentials, detail: detail.into() }
}

pub(super) fn checks(effects: &[Effect]) -> usize {
    count(effects, |effect| matches!(effect, Effect::Check { .. }))
}

pub(super) fn fetches(effects: &[Effect]) -> usize {
    count(effects, |effect| matches!(effect, Effect::FetchUser { .. }))
}

pub(super) fn notices(effects: &[Effect]) -> usize {
    count(effects, |effect| matches!(effect, Effect::ShowNotice(_)))
}

pub(super) fn count(effects: &[Effect], which: impl Fn(&Effect) -> bool) -> usize {
    effects.iter().filter(|effect| which(effect)).count()
}

/// The delay of the retry that the effects schedule.
pub(super) fn retry_ms(effects: &[Effect]) -> Option<u64> {
    scheduled_ms(effects, Alarm::Retry)
}

/// The delay of the deadline timer that the effects schedule.
pub(super) fn deadline_ms(effects: &[Effect]) -> Option<u64> {
    scheduled_ms(effects, Alarm::Deadline)
}

/// The delay with which the effects schedule a timer.
pub(super) fn scheduled_ms(effects: &[Effect], alarm: Alarm) -> Option<u64> {
    effects.iter().find_map(|effect| match effect {
        Effect::Schedule { timer, after_ms } if *timer == alarm => Some(*after_ms),
        _ => None,
    })
}
