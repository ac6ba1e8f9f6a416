//! Giving a password: whether it is looked at at all, and what a wrong one counts against.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use latchkey_shared::SessionId;

use super::{
    AuthError, Client, SessionService,
    address_limit::rate_limit_key,
    attempt_lock::AttemptLock,
    hash_capacity::{Busy, HashPermit},
    hashing::PasswordCheck,
    run_to_completion::run_to_completion,
};
use crate::{
    domain::throttle::{self, BY_ACCOUNT, BY_ORIGIN, ThrottleSchedule},
    store::{Account, AuditEvent, Failure},
};

/// How long an attempt waits for those before it.
const MAX_WAIT: Duration = Duration::from_secs(10);

/// An attempt that may be looked at. The next one from the same origin waits until it has succeeded or its failure is counted.
#[derive(Debug)]
pub(super) struct Attempt {
    pub context: AttemptContext,
    pub permit: HashPermit,
    lock: Mutex<Option<AttemptLock>>,
}

/// Whoever gives a password, as far as anybody knows.
#[derive(Clone, Debug)]
pub(super) struct AttemptContext {
    /// What the password is given for, as the audit trail calls it.
    pub action: &'static str,
    /// The address of the account, known or not.
    pub account: String,
    /// The session that asks, where one has to.
    pub session: Option<SessionId>,
    pub origin: Origin,
    pub client: Client,
}

/// What failures are counted by.
#[derive(Clone, Debug)]
pub(super) enum Origin {
    /// The session that is signed in to the account already.
    Session(SessionId),
    /// A browser that has signed in to the account before, by what its cookie is found by.
    Device(String),
    /// Nothing but an address.
    Address,
}

impl Attempt {
    fn release_lock(&self) {
        drop(self.lock.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

impl AttemptContext {
    /// Every subject that a failure counts against, and how. What is known to belong to the account's owner is not slowed down by
    /// what others try.
    fn subjects(&self) -> Vec<(String, ThrottleSchedule)> {
        let Self { account, client, .. } = self;
        match &self.origin {
            Origin::Session(id) => vec![(format!("session {}", id.0), BY_ORIGIN)],
            Origin::Device(device) => vec![(format!("device {device} {account}"), BY_ORIGIN)],
            Origin::Address => vec![
                (format!("address {} {account}", rate_limit_key(address(client))), BY_ORIGIN),
                (format!("account {account}"), BY_ACCOUNT),
            ],
        }
    }

    /// The subjects whose failures a success forgets.
    pub fn subject_names(&self) -> Vec<String> {
        self.subjects().into_iter().map(|(subject, _)| subject).collect()
    }

    /// What came of it, for the audit trail.
    pub fn event(&self, outcome: &'static str, session: Option<&SessionId>, at: Timestamp) -> AuditEvent {
        AuditEvent {
            at,
            action: self.action,
            outcome,
            actor: self.account.clone(),
            subject: None,
            session: session.or(self.session.as_ref()).cloned(),
            ip: self.client.ip.map(|ip| ip.to_string()),
        }
    }
}

impl SessionService {
    /// Waits until attempts from the same origin are over, and looks whether there were too many failures.
    pub(super) async fn attempt(
        self: &Arc<Self>,
        context: AttemptContext,
        permit: HashPermit,
    ) -> Result<Arc<Attempt>, AuthError> {
        let subjects = context.subjects();
        // Whoever waits that long waits for a store that is not answering.
        let lock =
            tokio::time::timeout(MAX_WAIT, self.attempt_locks.acquire(&subjects[0].0)).await.map_err(|_| Busy)?;
        let mut wait = None;
        for (subject, schedule) in subjects {
            let before = self.store.attempts(&subject).await?;
            wait = wait.max(schedule.retry_after_s(before, self.clock.now()));
        }
        match wait {
            Some(retry_after_s) => Err(self.reject_attempt(&context, retry_after_s)),
            None => Ok(Arc::new(Attempt { context, permit, lock: Mutex::new(Some(lock)) })),
        }
    }

    /// An attempt that is not looked at. It stands in the audit trail once an address and minute, so that a flood writes nothing.
    pub(super) fn reject_attempt(self: &Arc<Self>, context: &AttemptContext, retry_after_s: u64) -> AuthError {
        let error = AuthError::TooManyAttempts { retry_after_s };
        if self.refusal_log_limit.check(address(&context.client)).is_ok() {
            let (service, event) = (self.clone(), context.event(error.as_str(), None, self.clock.now()));
            // Not awaited: whoever is refused is refused at once.
            tokio::spawn(async move {
                if let Err(error) = service.store.record(&event).await {
                    tracing::warn!(%error, "cannot write to the audit trail that attempts are refused");
                }
            });
        }
        error
    }

    /// Checks a password, and counts the failure if it is wrong. An unknown account costs the same work.
    pub(super) async fn verify_password_throttled<'a>(
        self: &Arc<Self>,
        attempt: &Arc<Attempt>,
        account: Option<&'a Account>,
        password: &str,
    ) -> Result<(&'a Account, PasswordCheck), AuthError> {
        let hash = account.map(|account| account.password_hash.clone());
        let verified = self.password_hasher.verify(&attempt.permit, password.to_owned(), hash).await?;
        if let (Some(account), PasswordCheck::Correct | PasswordCheck::CorrectOutdated) = (account, verified) {
            attempt.release_lock();
            return Ok((account, verified));
        }
        let (service, attempt) = (self.clone(), attempt.clone());
        // The attempt goes with it, and its turn: the next one does not begin before the failure is counted.
        run_to_completion(async move { service.count_failure(&attempt.context).await }).await?;
        Err(AuthError::BadCredentials)
    }

    async fn count_failure(&self, context: &AttemptContext) -> Result<(), AuthError> {
        let at = self.clock.now();
        let forget_after = SignedDuration::try_from(throttle::FORGET_AFTER).unwrap_or(SignedDuration::MAX);
        let failure = Failure {
            account: &context.account,
            subjects: &context.subject_names(),
            at,
            forget_before: at.saturating_sub(forget_after).unwrap_or(Timestamp::MIN),
        };
        Ok(self.store.count_failure(&failure, &context.event(AuthError::BadCredentials.as_str(), None, at)).await?)
    }

    /// Writes to the audit trail that a right password did not help.
    pub(super) async fn audit_authentication(self: &Arc<Self>, attempt: &Arc<Attempt>, error: AuthError) -> AuthError {
        let (service, attempt) = (self.clone(), attempt.clone());
        run_to_completion(async move {
            let event = attempt.context.event(error.as_str(), None, service.clock.now());
            service.store.record(&event).await.map_or_else(AuthError::Unavailable, |()| error)
        })
        .await
    }
}

/// What a client without an address counts as.
fn address(client: &Client) -> IpAddr {
    client.ip.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
}
