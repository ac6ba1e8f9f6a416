//! The audit trail.

use super::*;
use crate::store::{AuditEntry, AuditEvent};

pub async fn check_all(store: &dyn Store) {
    events_are_read_in_order_and_limited_to_the_latest(store).await;
}

fn event(second: i64) -> AuditEvent {
    AuditEvent {
        at: now() + second.seconds(),
        action: "log-in",
        outcome: "ok",
        actor: format!("person {second}"),
        subject: Some("somebody".into()),
        session: Some(SessionId("session".into())),
        ip: None,
    }
}

fn entry(second: i64) -> AuditEntry {
    let AuditEvent { at, action, outcome, actor, subject, session, ip } = event(second);
    AuditEntry { at, action: action.into(), outcome: outcome.into(), actor, subject, session, ip }
}

async fn events_are_read_in_order_and_limited_to_the_latest(store: &dyn Store) {
    for second in [2, 1, 3] {
        store.record(&event(second)).await.unwrap();
    }
    assert_eq!(store.audit(now(), 9).await.unwrap(), [entry(1), entry(2), entry(3)]);
    assert_eq!(store.audit(now(), 2).await.unwrap(), [entry(2), entry(3)]);
    assert_eq!(store.audit(now() + 3.seconds(), 9).await.unwrap(), [entry(3)]);
    assert_eq!(store.sweep_audit(now() + 3.seconds(), 1).await.unwrap(), 1);
    assert_eq!(store.audit(now(), 9).await.unwrap(), [entry(2), entry(3)]);
}
