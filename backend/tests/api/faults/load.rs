//! Users of all servers of a fleet, who go on whatever happens; and what they were answered.

use std::{
    cell::{Cell, RefCell},
    collections::{HashMap, HashSet},
    time::Duration,
};

use futures_util::future::join_all;
use latchkey_actix::clock::Monotonic;
use latchkey_shared::api;
use reqwest::Method;
use serde_json::json;

use super::{
    CHECK, MARGIN,
    fleet::{Fleet, assert_unavailable, new_name},
};
use crate::support::{Answer, Client, raw::eventually};

/// What is done again and again. Sessions of log-ins are left, and all else happens in one session that stays.
const READS: [Call; 3] = [Call::Check, Call::Me, Call::Page];
const WRITES: [Call; 2] = [Call::Rename, Call::LogIn];

/// How long a log-in takes at the most, and every other call: five reads by key and a write, one after the other.
pub const ANSWER: Duration = Duration::from_secs(12);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Call {
    Check,
    Me,
    Page,
    Rename,
    LogIn,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// A 503 as it has to be.
    Unavailable,
}

pub struct Seen {
    server: usize,
    call: Call,
    sent: Monotonic,
    outcome: Outcome,
}

pub struct Load<'a> {
    fleet: &'a Fleet,
    kept: Client<'a>,
    seen: RefCell<Vec<Seen>>,
    is_over: Cell<bool>,
}

impl<'a> Load<'a> {
    pub async fn of(fleet: &'a Fleet) -> Self {
        Self { fleet, kept: fleet.signed_in(0).await, seen: RefCell::default(), is_over: Cell::new(false) }
    }

    /// Runs beside a test's story until that ends.
    pub async fn beside(&self, story: impl Future<Output = ()>) {
        let lanes = (0..self.fleet.servers.len()).flat_map(|server| {
            let lane = |calls: &'static [Call]| self.repeat(server, calls);
            [lane(&READS), lane(&WRITES)]
        });
        tokio::join!(join_all(lanes), async {
            story.await;
            self.is_over.set(true);
        });
    }

    async fn repeat(&self, server: usize, calls: &[Call]) {
        for call in calls.iter().cycle() {
            if self.is_over.get() {
                return;
            }
            let sent = Monotonic::now();
            let answer = self.call(server, *call).await;
            let took = Monotonic::now().since(sent);
            let longest = if READS.contains(call) { CHECK } else { ANSWER };
            assert!(took < longest + MARGIN, "{call:?} took {took:?}: {answer:?}");
            let outcome = outcome(*call, &answer);
            self.seen.borrow_mut().push(Seen { server, call: *call, sent, outcome });
            // Users, not a benchmark.
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn call(&self, server: usize, call: Call) -> Answer {
        let mut client = self.fleet.client_with(server, self.kept.cookie.as_deref());
        match call {
            Call::Check => client.verify().await,
            Call::Me => client.get(api::ME).await,
            Call::Page => client.open("/dashboard").await,
            // The name that she has would not be written.
            Call::Rename => client.call(Method::PATCH, api::ME, json!({"name": new_name()})).await,
            Call::LogIn => self.fleet.client(server).log_in().await,
        }
    }

    /// Whether each of the last few calls of every kind on every server that were sent since came to this.
    pub fn all(&self, expected: Outcome, since: Monotonic) -> bool {
        const FEW: usize = 3;
        let seen = self.seen.borrow();
        let mut last: HashMap<_, Vec<Outcome>> = HashMap::new();
        for Seen { server, call, outcome, .. } in seen.iter().filter(|seen| seen.sent >= since) {
            last.entry((*server, *call)).or_default().push(*outcome);
        }
        last.len() == self.fleet.servers.len() * (READS.len() + WRITES.len())
            && last.values().all(|outcomes| {
                outcomes.len() >= FEW && outcomes[outcomes.len() - FEW..].iter().all(|outcome| *outcome == expected)
            })
    }

    pub async fn until_all(&self, expected: Outcome, since: Monotonic) {
        eventually(async || self.all(expected, since)).await;
    }

    /// Waits until everything works again, and says how long after `since` the last request was sent before that which did not.
    pub async fn settled(&self, since: Monotonic) -> Duration {
        self.until_all(Outcome::Done, since).await;
        let mut longest = HashMap::new();
        let mut works = HashSet::new();
        for Seen { server, call, sent, outcome } in self.seen.borrow().iter().filter(|seen| seen.sent >= since) {
            let what = (*server, *call);
            match outcome {
                Outcome::Done => drop(works.insert(what)),
                // What fails later fails because the machine is loaded.
                Outcome::Unavailable if works.contains(&what) => {}
                Outcome::Unavailable => drop(longest.insert(what, sent.since(since))),
            }
        }
        longest.into_values().max().unwrap_or_default()
    }
}

/// Done or unavailable; whatever else was answered is a fault. In an outage nobody is told that there is no session, and the cookie
/// stays.
pub fn outcome(call: Call, answer: &Answer) -> Outcome {
    if answer.status == 503 {
        assert_unavailable(answer);
        return Outcome::Unavailable;
    }
    assert_eq!(answer.status, 200, "{call:?}: {answer:?}");
    if call != Call::LogIn {
        assert_eq!(answer.set_cookie(), None, "{call:?}: {answer:?}");
    }
    match call {
        // A page is served in any case. One without a session in it asks again.
        Call::Page if !answer.text().contains(api::INITIAL_SESSION_ELEMENT) => Outcome::Unavailable,
        Call::Page => {
            assert!(answer.text().contains(r#""user":{"#), "{answer:?}");
            Outcome::Done
        }
        _ => Outcome::Done,
    }
}
