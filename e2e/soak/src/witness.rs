//! Sees every request and its answer, asks the model about them, and counts.

use std::{
    collections::BTreeMap,
    future::Future,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use crate::{
    api::Reply,
    model::{Answer, At, Disturbance, Kind, Oracle, Request, Violation},
};

/// Most violations that are kept whole; the others are only counted.
const KEPT_VIOLATIONS: usize = 50;

/// Sees every request and its answer.
#[derive(Debug)]
pub struct Witness {
    start: Instant,
    oracle: Mutex<Oracle>,
    tally: Mutex<Tally>,
}

/// What is counted.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Requests by name.
    pub requests: BTreeMap<&'static str, u64>,
    /// Requests without an answer.
    pub unavailable: u64,
    /// Faults by name.
    pub faults: BTreeMap<&'static str, u64>,
    /// How often the machine stalled.
    pub stalls: u64,
    /// Violations by kind.
    pub violations: BTreeMap<Kind, u64>,
    /// The first violations, with when they were seen.
    pub first_violations: Vec<(At, Violation)>,
}

impl Witness {
    #[expect(clippy::disallowed_methods, reason = "real servers are tested, in real time; the model takes instants")]
    pub fn new(oracle: Oracle) -> Self {
        Self { start: Instant::now(), oracle: Mutex::new(oracle), tally: Mutex::default() }
    }

    /// The time since the start.
    pub fn now(&self) -> At {
        self.start.elapsed()
    }

    /// The model.
    pub fn oracle(&self) -> MutexGuard<'_, Oracle> {
        self.oracle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The counts.
    pub fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Awaits the reply to a request, and judges it.
    pub async fn observe(&self, request: &Request, reply: impl Future<Output = Reply>) -> Reply {
        let ticket = {
            let mut oracle = self.oracle();
            let now = self.now();
            oracle.begin(request.clone(), now)
        };
        let reply = reply.await;
        let violations = {
            let now = self.now();
            self.oracle().finish(ticket, &reply.answer, now)
        };
        let mut tally = self.tally();
        *tally.requests.entry(request.name()).or_default() += 1;
        tally.unavailable += u64::from(reply.answer == Answer::Unavailable);
        drop(tally);
        violations.into_iter().for_each(|violation| self.report(violation));
        reply
    }

    /// Counts a violation.
    pub fn report(&self, violation: Violation) {
        let now = self.now();
        let mut tally = self.tally();
        *tally.violations.entry(violation.kind).or_default() += 1;
        if tally.first_violations.len() < KEPT_VIOLATIONS {
            tally.first_violations.push((now, violation));
        }
    }

    /// A fault begins.
    pub fn begin_fault(&self, name: &'static str) -> Disturbance {
        *self.tally().faults.entry(name).or_default() += 1;
        let now = self.now();
        self.oracle().begin_disturbance(now)
    }

    /// A fault ends.
    pub fn end_fault(&self, fault: &Disturbance) {
        let now = self.now();
        self.oracle().end_disturbance(fault, now);
    }

    /// The machine did not do in time what it should have, between two instants.
    pub fn note_stall(&self, from: At, until: At) {
        self.tally().stalls += 1;
        let mut oracle = self.oracle();
        let stall = oracle.begin_disturbance(from);
        oracle.end_disturbance(&stall, until);
    }
}
