//! Failed log-ins.

use super::*;
use crate::store::{Attempts, Failure};

pub async fn check_all(store: &dyn Store) {
    a_failure_is_counted_for_each_of_its_subjects(store).await;
    concurrent_failures_are_all_counted(store).await;
    failures_are_reset_after_a_long_time(store).await;
    old_failures_are_swept(store).await;
}

/// Counts a failure `second` seconds from now.
async fn fail(store: &dyn Store, subjects: &[&str], second: i64) {
    let subjects: Vec<_> = subjects.iter().map(|&subject| subject.to_owned()).collect();
    let at = now() + second.seconds();
    let failure = Failure { account: "account", subjects: &subjects, at, forget_before: at - 1.hour() };
    store.count_failure(&failure, &audit(at)).await.unwrap();
}

async fn failures(store: &dyn Store, subject: &str) -> Option<(u32, i64)> {
    let attempts = store.attempts(subject).await.unwrap();
    attempts.map(|Attempts { failures, last_at }| (failures, last_at.as_second() - now().as_second()))
}

async fn a_failure_is_counted_for_each_of_its_subjects(store: &dyn Store) {
    assert_eq!(failures(store, "a").await, None);
    let before = store.audit(Timestamp::MIN, 1000).await.unwrap().len();
    fail(store, &["a", "b"], 1).await;
    fail(store, &["a"], 2).await;
    assert_eq!((failures(store, "a").await, failures(store, "b").await), (Some((2, 2)), Some((1, 1))));
    assert_eq!(store.audit(Timestamp::MIN, 1000).await.unwrap().len(), before + 2);
    fail(store, &["a"], 1).await;
    assert_eq!(failures(store, "a").await, Some((3, 1)), "after a clock that was ahead");
}

async fn concurrent_failures_are_all_counted(store: &dyn Store) {
    tokio::join!(fail(store, &["c"], 1), fail(store, &["c"], 1), fail(store, &["c"], 1));
    assert_eq!(failures(store, "c").await, Some((3, 1)));
}

async fn failures_are_reset_after_a_long_time(store: &dyn Store) {
    fail(store, &["d"], 0).await;
    fail(store, &["d"], 3601).await;
    assert_eq!(failures(store, "d").await, Some((1, 3601)));
}

async fn old_failures_are_swept(store: &dyn Store) {
    while store.sweep_attempts(now() + 1.hour(), 9).await.unwrap() > 0 {}
    for subject in ["e", "f", "g"] {
        fail(store, &[subject], 3600).await;
    }
    assert_eq!(store.sweep_attempts(now() + 1.hour(), 9).await.unwrap(), 0);
    assert_eq!(store.sweep_attempts(now() + 61.minutes(), 2).await.unwrap(), 2);
    assert_eq!(store.sweep_attempts(now() + 2.hours(), 9).await.unwrap(), 2);
}
