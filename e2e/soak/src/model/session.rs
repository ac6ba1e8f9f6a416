//! What is known of one session.

use std::time::Duration;

use latchkey_shared::EndReason;

use super::{
    At, Kind, PasswordKey, UserKey, Violation,
    oracle::Ticket,
    request::{Answer, Request},
};

/// A session that an answer started.
#[derive(Debug)]
pub struct Session {
    pub user: UserKey,
    /// The password that was in force when it began.
    pub password: PasswordKey,
    /// When the answer that started it arrived.
    pub started: At,
    /// The requests that may have ended it, with their reasons.
    pub causes: Vec<(Ticket, EndReason)>,
    /// By when it has certainly ended.
    ended: Option<At>,
    /// The reason that was given first. It never changes.
    reason: Option<EndReason>,
}

impl Session {
    pub fn new(user: UserKey, password: PasswordKey, started: At, causes: Vec<(Ticket, EndReason)>) -> Self {
        Self { user, password, started, causes, ended: None, reason: None }
    }

    pub fn end(&mut self, by: At) {
        let by = by.max(self.started);
        self.ended = Some(self.ended.map_or(by, |ended| ended.min(by)));
    }

    pub fn ended(&self) -> Option<At> {
        self.ended
    }

    /// Judges a request that began at `begun` and for which the session was active. `staleness` is how long that may be so after its end.
    pub fn used(&self, request: &Request, answer: &Answer, begun: At, staleness: Duration) -> Option<Violation> {
        let ended = self.ended.filter(|ended| begun > *ended + staleness)?;
        let late = (begun - ended).as_millis();
        let reason = self.reason.map_or("an answer that ends it", EndReason::as_str);
        let what = format!("{request:?}: {answer:?}, {late} ms after {reason}");
        Some(Violation::new(Kind::Resurrected, what))
    }

    /// Judges a command that found it not active.
    pub fn not_found(&mut self, request: &Request, now: At) -> Option<Violation> {
        let explained = self.ended.is_some() || !self.causes.is_empty();
        self.end(now);
        (!explained).then(|| Violation::new(Kind::Lost, format!("{request:?}: not found; nothing ended it")))
    }

    /// Judges a request that was refused because the session has ended.
    pub fn refused(&mut self, request: &Request, reason: EndReason, now: At) -> Option<Violation> {
        let given_before = self.reason;
        if given_before == Some(reason) {
            return None;
        }
        self.reason = given_before.or(Some(reason));
        let explained = self.causes.iter().any(|(_, cause)| *cause == reason);
        let (was_ended, age) = (self.ended.is_some(), (now.saturating_sub(self.started)).as_millis());
        self.end(now);
        let (kind, why) = if self.causes.is_empty() && !was_ended {
            (Kind::Lost, format!("nothing ended it; it was started {age} ms before"))
        } else if !explained {
            (Kind::Wrong, format!("it can only have ended for {:?}", self.causes))
        } else if let Some(first) = given_before {
            (Kind::Wrong, format!("the reason was {} before", first.as_str()))
        } else {
            return None;
        };
        Some(Violation::new(kind, format!("{request:?}: {}; {why}", reason.as_str())))
    }
}
