//! What is known of one account.

use std::collections::HashMap;

use latchkey_shared::{EndReason, SessionId};

use super::{
    At, KEPT, LATE, PasswordKey,
    oracle::Ticket,
    password::Passwords,
    request::{Outcome, Scope},
};

/// Failed log-ins from one browser after which the next one may have to wait.
const FREE_FAILURES: u32 = 5;

/// The same from all browsers.
const FREE_FAILURES_OF_ACCOUNT: u32 = 100;

/// What is known of one account.
#[derive(Debug)]
pub struct Account {
    pub passwords: Passwords,
    pub standing: Standing,
    ends: Vec<End>,
    /// Failed log-ins since the last success, at most, by browser.
    failures: HashMap<usize, u32>,
    failures_of_account: u32,
}

/// A request that ends several sessions of the user, also ones that nobody knows yet.
#[derive(Debug)]
struct End {
    ticket: Ticket,
    scope: Scope,
    reason: EndReason,
    /// Until when it may take effect; `None` while it is in flight.
    until: Option<At>,
}

/// Whether the account is disabled.
#[derive(Debug, Default)]
pub struct Standing {
    /// When it may have been disabled for the last time, if that is past.
    maybe_disabled: Option<Maybe>,
    /// Since when it is certainly disabled.
    disabled: Option<At>,
}

#[derive(Clone, Copy, Debug)]
enum Maybe {
    Now,
    Until(At),
}

impl Account {
    pub fn new(password: PasswordKey, now: At) -> Self {
        Self {
            passwords: Passwords::new(password, now),
            standing: Standing::default(),
            ends: Vec::new(),
            failures: HashMap::new(),
            failures_of_account: 0,
        }
    }

    pub fn begin_end(&mut self, ticket: Ticket, scope: Scope, reason: EndReason, now: At) {
        self.ends.retain(|end| end.until.is_none_or(|until| until + KEPT >= now));
        self.ends.push(End { ticket, scope, reason, until: None });
    }

    /// A request ended, after which it may take effect for another while if it is unknown whether it has.
    pub fn finish_end(&mut self, ticket: Ticket, outcome: Outcome, is_command: bool, now: At) {
        if outcome == Outcome::NotDone {
            self.ends.retain(|end| end.ticket != ticket);
        }
        let late = if outcome == Outcome::Unknown && !is_command { LATE } else { At::ZERO };
        for end in self.ends.iter_mut().filter(|end| end.ticket == ticket) {
            end.until = Some(now + late);
        }
    }

    /// The requests that may have ended a session which began after `begun`, but for the one that started it.
    pub fn causes(&self, session: &SessionId, begun: At, started_by: Ticket) -> Vec<(Ticket, EndReason)> {
        let may_end = |end: &&End| {
            end.ticket != started_by && end.until.is_none_or(|until| until >= begun) && end.scope.contains(session)
        };
        self.ends.iter().filter(may_end).map(|end| (end.ticket, end.reason)).collect()
    }

    /// A log-in may have failed because of its password.
    pub fn count_failure(&mut self, browser: usize) {
        *self.failures.entry(browser).or_default() += 1;
        self.failures_of_account += 1;
    }

    /// The right password forgets the failures of its browser, and those of the account.
    pub fn forget_failures(&mut self, browser: usize) {
        self.failures.remove(&browser);
        self.failures_of_account = 0;
    }

    /// An operator lets the user try again.
    pub fn forget_all_failures(&mut self) {
        self.failures.clear();
        self.failures_of_account = 0;
    }

    /// Whether a log-in may have to wait because of earlier ones.
    pub fn may_throttle(&self, browser: usize) -> bool {
        self.failures.get(&browser).is_some_and(|failures| *failures >= FREE_FAILURES)
            || self.failures_of_account >= FREE_FAILURES_OF_ACCOUNT
    }
}

impl Standing {
    pub fn begin_disable(&mut self) {
        self.maybe_disabled = Some(Maybe::Now);
    }

    pub fn disable(&mut self, now: At) {
        self.disabled = Some(now);
    }

    pub fn begin_enable(&mut self) {
        self.disabled = None;
    }

    pub fn enable(&mut self, now: At) {
        self.maybe_disabled = Some(Maybe::Until(now));
    }

    /// Since when it is certainly disabled.
    pub fn disabled(&self) -> Option<At> {
        self.disabled
    }

    /// Whether it may have been disabled at some time after `begun`.
    pub fn may_be_disabled(&self, begun: At) -> bool {
        match self.maybe_disabled {
            None => false,
            Some(Maybe::Now) => true,
            Some(Maybe::Until(until)) => until >= begun,
        }
    }
}
