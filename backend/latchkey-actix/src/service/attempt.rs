//! Attempts to give a password: whether one is checked at all, and what a failure is counted by.

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

/// Longest wait for earlier attempts from the same origin.
const MAX_WAIT: Duration = Duration::from_secs(10);

/// An attempt whose password may be checked. The next attempt from the same origin waits until this one has succeeded or its failure
/// has been counted.
#[derive(Debug)]
pub(super) struct Attempt {
    pub context: AttemptContext,
    pub permit: HashPermit,
    lock: Mutex<Option<AttemptLock>>,
}

/// What is known of an attempt before the password is checked.
#[derive(Clone, Debug)]
pub(super) struct AttemptContext {
    /// The action in the audit trail, such as `log-in`.
    pub action: &'static str,
    /// The e-mail address of the account, whether or not there is one.
    pub account: String,
    /// The current session, for actions that need one.
    pub session: Option<SessionId>,
    /// What failures are counted by.
    pub origin: Origin,
    /// The client's address and user agent.
    pub client: Client,
}

/// What failures are counted by: the most specific thing that is known of the client.
#[derive(Clone, Debug)]
pub(super) enum Origin {
    /// An active session of the account's user.
    Session(SessionId),
    /// A browser from which the account's user has logged in before, by the hash of its device cookie.
    Device(String),
    /// Only the client's address.
    Address,
    /// The address of a client that uses a one-time link, whose user is unknown.
    Link,
}

impl Attempt {
    fn release_lock(&self) {
        drop(self.lock.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

impl AttemptContext {
    /// The subjects that a failure is counted for, each with its schedule. Sessions and devices of the account's user have counters
    /// of their own, so that other clients' failures do not slow them down.
    fn subjects(&self) -> Vec<(String, ThrottleSchedule)> {
        let Self { account, client, .. } = self;
        match &self.origin {
            Origin::Session(id) => vec![(format!("session {}", id.0), BY_ORIGIN)],
            Origin::Device(device) => vec![(format!("device {device} {account}"), BY_ORIGIN)],
            Origin::Link => vec![(format!("link {}", rate_limit_key(client_address(client))), BY_ORIGIN)],
            Origin::Address => vec![
                (format!("address {} {account}", rate_limit_key(client_address(client))), BY_ORIGIN),
                (format!("account {account}"), BY_ACCOUNT),
            ],
        }
    }

    /// The subjects whose failures are cleared by a success.
    pub fn subject_names(&self) -> Vec<String> {
        self.subjects().into_iter().map(|(subject, _)| subject).collect()
    }

    /// The attempt's row in the audit trail.
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
    /// Waits for earlier attempts from the same origin, and rejects this one if there were too many failures.
    pub(super) async fn start_attempt(
        self: &Arc<Self>,
        context: AttemptContext,
        permit: HashPermit,
    ) -> Result<Arc<Attempt>, AuthError> {
        let subjects = context.subjects();
        // Only a store that does not answer makes an attempt wait that long.
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

    /// The error of a rejected attempt. It is written to the audit trail at most once a minute per address, so that a flood of attempts
    /// does not become a flood of writes.
    pub(super) fn reject_attempt(self: &Arc<Self>, context: &AttemptContext, retry_after_s: u64) -> AuthError {
        let error = AuthError::TooManyAttempts { retry_after_s };
        if self.rejection_audit_limit.check(client_address(&context.client)).is_ok() {
            let (service, event) = (self.clone(), context.event(error.as_str(), None, self.clock.now()));
            // Not awaited, so that the client is answered at once.
            tokio::spawn(async move {
                if let Err(error) = service.store.record(&event).await {
                    tracing::warn!(%error, "cannot write a rejected attempt to the audit trail");
                }
            });
        }
        error
    }

    /// Checks a password, and counts a failure if it is wrong. An unknown account costs the same work as a known one.
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
        // The task owns the attempt and so its lock: the next attempt starts after the failure has been counted.
        let failed = async move { service.count_failure(&attempt.context, AuthError::BadCredentials).await };
        Err(run_to_completion(failed).await)
    }

    /// Counts a failure, and returns its error, or that of the store.
    pub(super) async fn count_failure(&self, context: &AttemptContext, error: AuthError) -> AuthError {
        let at = self.clock.now();
        let forget_after = SignedDuration::try_from(throttle::FORGET_AFTER).unwrap_or(SignedDuration::MAX);
        let failure = Failure {
            account: &context.account,
            subjects: &context.subject_names(),
            at,
            forget_before: at.saturating_sub(forget_after).unwrap_or(Timestamp::MIN),
        };
        let counted = self.store.count_failure(&failure, &context.event(error.as_str(), None, at)).await;
        counted.map_or_else(AuthError::Unavailable, |()| error)
    }

    /// Writes to the audit trail why an attempt with a right password failed, and returns the error.
    pub(super) async fn audit_authentication(self: &Arc<Self>, attempt: &Arc<Attempt>, error: AuthError) -> AuthError {
        let (service, attempt) = (self.clone(), attempt.clone());
        run_to_completion(async move {
            let event = attempt.context.event(error.as_str(), None, service.clock.now());
            service.store.record(&event).await.map_or_else(AuthError::Unavailable, |()| error)
        })
        .await
    }
}

/// The client's address; `0.0.0.0` if it is unknown.
fn client_address(client: &Client) -> IpAddr {
    client.ip.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
}
