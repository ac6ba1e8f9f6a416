//! Races of two processes on one store: the later write does not change what was reported.

use std::time::Duration;

use latchkey_shared::EndReason;

use super::*;
use crate::store::{Changed, PasswordUpdate, SessionSelector};

/// How often two writers race; each may win.
const RACES: u8 = 12;

pub async fn check_all(store: &dyn Store, other: &dyn Store) {
    a_late_touch_or_refresh_does_not_undo_an_end(store, other).await;
    a_touch_and_an_end_by_time_agree(store, other).await;
    a_log_in_with_the_old_password_does_not_survive_a_new_one(store, other).await;
    of_two_concurrent_ends_one_is_written(store, other).await;
    an_end_during_a_read_is_in_the_feed_after_it(store, other).await;
}

/// A session for one race, with its own token hash.
fn racer(name: &str, number: u8) -> NewSession {
    let mut token_hash = token(number);
    token_hash.0[..name.len()].copy_from_slice(name.as_bytes());
    NewSession { id: SessionId(format!("{name} {number}")), token_hash, ..session(name, number) }
}

/// Inserts it.
async fn start(store: &dyn Store, name: &str, number: u8) -> TokenHash {
    let session = racer(name, number);
    insert(store, &session, &account(name).password_hash, 200).await.unwrap();
    session.token_hash
}

async fn a_late_touch_or_refresh_does_not_undo_an_end(store: &dyn Store, other: &dyn Store) {
    add(store, "uma").await;
    let (revoked, expired) = (start(store, "uma", 0).await, start(store, "uma", 1).await);
    let seen = store.session(&revoked).await.unwrap().unwrap();
    other
        .end_sessions(SessionSelector::Token(&revoked), EndReason::SessionRevoked, now().into(), &audit(now()))
        .await
        .unwrap();
    other.end_overdue(&expired, (now() + 1.hour()).into()).await.unwrap();
    for token in [revoked, expired] {
        store.touch_sessions(&[(token, now() + 1.minute())]).await.unwrap();
        assert!(!store.extend_session(&token, now() + 9.hours(), now().into()).await.unwrap());
        let record = other.session(&token).await.unwrap().unwrap();
        assert!(record.ended.is_some());
        assert_eq!((record.last_seen_at, record.expires_at), (seen.last_seen_at, seen.expires_at));
    }
}

async fn a_touch_and_an_end_by_time_agree(store: &dyn Store, other: &dyn Store) {
    let limits = crate::store::TimeLimits { now: now() + 10.minutes(), idle: Some(Duration::from_secs(600)) };
    for byte in 0..RACES {
        let token = start(store, "uma", 10 + byte).await;
        let activity = [(token, now() + 9.minutes())];
        let (touch, end) = tokio::join!(store.touch_sessions(&activity), other.end_overdue(&token, limits));
        touch.unwrap();
        let record = store.session(&token).await.unwrap().unwrap();
        let (reported, touched) = (end.unwrap().is_some(), record.last_seen_at > now());
        assert_eq!(
            (record.ended.is_some(), touched),
            (reported, !reported),
            "reported as ended or touched, never both"
        );
    }
}

async fn a_log_in_with_the_old_password_does_not_survive_a_new_one(store: &dyn Store, other: &dyn Store) {
    let event = audit(now());
    for race in 0..RACES {
        let name = format!("vic{race}");
        add(store, &name).await;
        let (here, new) = (start(store, &name, 0).await, [1, 2].map(|number| racer(&name, number)));
        let (old_hash, change) = (account(&name).password_hash, "another hash");
        let own = PasswordUpdate {
            session: &here,
            current_hash: &old_hash,
            new_hash: change,
            new_session: &new[0],
            cleared_subjects: &[],
        };
        let (log_in, changed) =
            tokio::join!(insert(store, &new[1], &old_hash, 50), other.change_password(&own, &event));
        let ((user, _), log_in) = (changed.unwrap().unwrap(), log_in.unwrap());
        let late = store.session(&new[1].token_hash).await.unwrap().map(|record| record.ended);
        match log_in {
            InsertSessionOutcome::AccountChanged => assert_eq!(late, None),
            InsertSessionOutcome::Inserted(_) => assert_eq!(late, Some(Some(EndReason::PasswordChanged))),
        }
        assert_eq!(store.session(&new[0].token_hash).await.unwrap().unwrap().ended, None);
        store.delete_user(&user.id, &event).await.unwrap();
    }
}

async fn of_two_concurrent_ends_one_is_written(store: &dyn Store, other: &dyn Store) {
    let event = audit(now());
    for byte in 0..RACES {
        let token = start(store, "uma", 50 + byte).await;
        let (one, two) = tokio::join!(
            store.end_sessions(SessionSelector::Token(&token), EndReason::SignedOut, now().into(), &event),
            other.end_sessions(SessionSelector::Token(&token), EndReason::SessionRevoked, now().into(), &event),
        );
        let ended = store.session(&token).await.unwrap().unwrap().ended;
        match (one.unwrap().len(), two.unwrap().len()) {
            (1, 0) => assert_eq!(ended, Some(EndReason::SignedOut)),
            (0, 1) => assert_eq!(ended, Some(EndReason::SessionRevoked)),
            other => panic!("{other:?} ended it"),
        }
    }
}

/// A reader that caches an active session gets its end from the feed, however the read and the end interleave.
async fn an_end_during_a_read_is_in_the_feed_after_it(store: &dyn Store, other: &dyn Store) {
    let event = audit(now());
    for byte in 0..RACES {
        let token = start(store, "uma", 100 + byte).await;
        let mut feed = store.feed().await.unwrap();
        let (read, end) = tokio::join!(
            store.session(&token),
            other.end_sessions(SessionSelector::Token(&token), EndReason::SessionRevoked, now().into(), &event)
        );
        let (read, ended) = (read.unwrap().unwrap(), end.unwrap());
        assert_eq!(ended, [token]);
        let changed = feed.next(Duration::ZERO).await.unwrap().changed;
        assert!(read.ended.is_some() || changed == Changed::Tokens(vec![token]));
    }
}
