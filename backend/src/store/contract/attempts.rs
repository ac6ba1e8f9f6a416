//! Failed log-ins.

use super::*;
use crate::store::Attempts;

pub async fn hold(store: &dyn Store) {
    failures_are_counted_once_each(store).await;
    old_failures_are_swept(store).await;
}

fn attempts(failures: u32) -> Attempts {
    Attempts { failures, last_at: now() + i64::from(failures).seconds() }
}

async fn failures_are_counted_once_each(store: &dyn Store) {
    assert_eq!(store.attempts("a").await.unwrap(), None);
    assert!(store.replace_attempts("a", None, attempts(1)).await.unwrap());
    assert!(!store.replace_attempts("a", None, attempts(1)).await.unwrap(), "somebody was first");
    assert!(store.replace_attempts("a", Some(attempts(1)), attempts(2)).await.unwrap());
    assert!(!store.replace_attempts("a", Some(attempts(1)), attempts(2)).await.unwrap(), "somebody was first");
    assert_eq!(store.attempts("a").await.unwrap(), Some(attempts(2)));
    store.clear_attempts("a").await.unwrap();
    assert_eq!(store.attempts("a").await.unwrap(), None);
}

async fn old_failures_are_swept(store: &dyn Store) {
    for subject in ["b", "c", "d"] {
        store.replace_attempts(subject, None, attempts(1)).await.unwrap();
    }
    assert_eq!(store.sweep_attempts(now(), 9).await.unwrap(), 0);
    assert_eq!(store.sweep_attempts(now() + 1.minute(), 2).await.unwrap(), 2);
    assert_eq!(store.sweep_attempts(now() + 1.minute(), 2).await.unwrap(), 1);
}
