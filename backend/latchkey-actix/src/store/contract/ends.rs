//! Ends by time: written once, with the deadline that passed first, and final.

use std::time::Duration;

use latchkey_shared::EndReason;

use super::*;
use crate::store::{SessionRecord, SessionSelector, TimeLimits};

pub async fn check_all(store: &dyn Store) {
    activity_and_deadlines_only_move_forward(store).await;
    an_end_by_time_has_the_deadline_that_passed_first(store).await;
    an_active_session_is_not_ended_by_time(store).await;
    an_end_by_time_is_final(store).await;
    ending_sessions_writes_the_ends_of_overdue_ones(store).await;
    overdue_sessions_do_not_count_against_the_limit(store).await;
    overdue_sessions_end_in_batches(store).await;
    idle_sessions_are_neither_counted_nor_listed(store).await;
    the_newest_instant_is_that_of_the_last_write(store).await;
}

/// The limits `minutes` from `now`, with an idle limit of ten minutes.
fn after(minutes: i64) -> TimeLimits {
    TimeLimits { now: now() + minutes.minutes(), idle: Some(Duration::from_secs(600)) }
}

async fn record(store: &dyn Store, token: &TokenHash) -> SessionRecord {
    store.session(token).await.unwrap().unwrap()
}

async fn activity_and_deadlines_only_move_forward(store: &dyn Store) {
    add(store, "ned").await;
    let token = begin(store, "ned", 40).await;
    store.touch_sessions(&[(token, now() + 5.minutes())]).await.unwrap();
    store.touch_sessions(&[(token, now() + 4.minutes())]).await.unwrap();
    assert_eq!(record(store, &token).await.last_seen_at, now() + 5.minutes());
    assert!(store.extend_session(&token, now() + 2.hours(), after(6)).await.unwrap());
    assert!(store.extend_session(&token, now() + 1.hour(), after(5)).await.unwrap());
    let found = record(store, &token).await;
    assert_eq!((found.expires_at, found.last_seen_at), (now() + 2.hours(), now() + 6.minutes()));
    assert!(!store.extend_session(&token, now() + 9.hours(), (now() + 2.hours()).into()).await.unwrap(), "expired");
    assert!(!store.extend_session(&token, now() + 9.hours(), after(16)).await.unwrap(), "idle");
}

async fn an_end_by_time_has_the_deadline_that_passed_first(store: &dyn Store) {
    let (idle, expired) = (begin(store, "ned", 41).await, begin(store, "ned", 42).await);
    assert_eq!(store.end_overdue(&idle, after(120)).await.unwrap(), Some(EndReason::SessionIdle));
    store.touch_sessions(&[(expired, now() + 55.minutes())]).await.unwrap();
    assert_eq!(store.end_overdue(&expired, after(120)).await.unwrap(), Some(EndReason::SessionExpired));
    assert_eq!(record(store, &idle).await.ended, Some(EndReason::SessionIdle));
    assert_eq!(record(store, &expired).await.ended, Some(EndReason::SessionExpired));
}

async fn an_active_session_is_not_ended_by_time(store: &dyn Store) {
    let token = begin(store, "ned", 43).await;
    assert_eq!(store.end_overdue(&token, after(9)).await.unwrap(), None);
    store.touch_sessions(&[(token, now() + 9.minutes())]).await.unwrap();
    assert_eq!(store.end_overdue(&token, after(18)).await.unwrap(), None, "its activity was moved");
    assert_eq!(store.end_overdue(&token, (now() + 59.minutes()).into()).await.unwrap(), None, "no idle limit");
    assert_eq!(record(store, &token).await.ended, None);
    assert_eq!(store.end_overdue(&TokenHash([254; 32]), after(9)).await.unwrap(), None, "no such session");
}

async fn an_end_by_time_is_final(store: &dyn Store) {
    let token = begin(store, "ned", 44).await;
    assert_eq!(store.end_overdue(&token, after(10)).await.unwrap(), Some(EndReason::SessionIdle));
    assert_eq!(store.end_overdue(&token, after(90)).await.unwrap(), None, "once");
    store.touch_sessions(&[(token, now() + 9.minutes())]).await.unwrap();
    assert!(!store.extend_session(&token, now() + 2.hours(), now().into()).await.unwrap());
    let revoked = store
        .end_sessions(SessionSelector::Token(&token), EndReason::SessionRevoked, now().into(), &audit(now()))
        .await
        .unwrap();
    let found = record(store, &token).await;
    assert_eq!((revoked, found.ended, found.last_seen_at), (Vec::new(), Some(EndReason::SessionIdle), now()));
}

async fn ending_sessions_writes_the_ends_of_overdue_ones(store: &dyn Store) {
    let ola = add(store, "ola").await;
    let open = NewSession { expires_at: now() + 3.hours(), ..session("ola", 45) };
    insert(store, &open, "hash of ola", 50).await.unwrap();
    store.touch_sessions(&[(open.token_hash, now() + 55.minutes())]).await.unwrap();
    let (expired, idle) =
        (begin(store, "ola", 46).await, NewSession { expires_at: now() + 3.hours(), ..session("ola", 58) });
    insert(store, &idle, "hash of ola", 50).await.unwrap();
    store.touch_sessions(&[(expired, now() + 55.minutes())]).await.unwrap();
    let ended = store
        .end_sessions(SessionSelector::All(&ola), EndReason::SessionRevoked, after(60), &audit(after(60).now))
        .await
        .unwrap();
    assert_eq!(ended, [open.token_hash], "one was active");
    for (token, reason) in [
        (open.token_hash, EndReason::SessionRevoked),
        (expired, EndReason::SessionExpired),
        (idle.token_hash, EndReason::SessionIdle),
    ] {
        assert_eq!(record(store, &token).await.ended, Some(reason));
    }
}

async fn overdue_sessions_do_not_count_against_the_limit(store: &dyn Store) {
    add(store, "peg").await;
    let (idle, busy) = (begin(store, "peg", 59).await, begin(store, "peg", 65).await);
    store.touch_sessions(&[(busy, now() + 9.minutes())]).await.unwrap();
    let limits = after(11);
    let next = NewSession { created_at: limits.now, idle: limits.idle, ..session("peg", 66) };
    assert_eq!(insert(store, &next, "hash of peg", 2).await.unwrap(), InsertSessionOutcome::Inserted(Vec::new()));
    assert_eq!((record(store, &idle).await.ended, record(store, &busy).await.ended), (None, None));
}

async fn overdue_sessions_end_in_batches(store: &dyn Store) {
    while store.end_all_overdue(after(9), 50).await.unwrap() > 0 {}
    add(store, "pia").await;
    for byte in 47..50 {
        let early = NewSession { created_at: now() - 5.minutes(), ..session("pia", byte) };
        insert(store, &early, "hash of pia", 50).await.unwrap();
    }
    let expired = NewSession { created_at: now() - 1.hour(), expires_at: now(), ..session("pia", 54) };
    insert(store, &expired, "hash of pia", 50).await.unwrap();
    let end = || store.end_all_overdue(after(5), 3);
    assert_eq!((end().await.unwrap(), end().await.unwrap(), end().await.unwrap()), (3, 1, 0));
    for byte in 47..50 {
        assert_eq!(record(store, &token(byte)).await.ended, Some(EndReason::SessionIdle));
    }
}

async fn idle_sessions_are_neither_counted_nor_listed(store: &dyn Store) {
    let pia = account("pia").user.id;
    let (idle, busy) = (begin(store, "pia", 55).await, begin(store, "pia", 56).await);
    store.touch_sessions(&[(busy, now() + 8.minutes())]).await.unwrap();
    let listed = |limits| store.sessions(Some(&pia), limits);
    assert_eq!(listed(after(9)).await.unwrap().len(), 2);
    assert_eq!(listed(after(10)).await.unwrap().len(), 1);
    let without_limit = TimeLimits { idle: None, ..after(10) };
    assert_eq!(listed(without_limit).await.unwrap().len(), 2);
    let count = |limits| store.count_sessions(limits);
    assert!(count(after(10)).await.unwrap() < count(without_limit).await.unwrap());
    assert_eq!(store.end_overdue(&idle, after(10)).await.unwrap(), Some(EndReason::SessionIdle));
}

async fn the_newest_instant_is_that_of_the_last_write(store: &dyn Store) {
    let newest = store.newest_instant().await.unwrap().unwrap();
    let next = NewSession { expires_at: newest + 1.hour(), ..session("pia", 57) };
    insert(store, &next, "hash of pia", 50).await.unwrap();
    let token = next.token_hash;
    store.touch_sessions(&[(token, newest + 1.second())]).await.unwrap();
    assert_eq!(store.newest_instant().await.unwrap(), Some(newest + 1.second()));
}
