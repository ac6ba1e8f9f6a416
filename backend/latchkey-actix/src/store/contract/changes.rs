//! The feed of changes.

use std::{collections::HashSet, time::Duration};

use latchkey_shared::EndReason;

use super::*;
use crate::{
    clock::Monotonic,
    store::{ChangeFeed, Changed, SessionSelector},
};

pub async fn check_all(store: &dyn Store, other: &dyn Store) {
    every_end_is_in_the_feed_also_from_another_process(store, other).await;
    a_change_of_a_user_is_in_the_feed(store).await;
    activity_is_not_in_the_feed(store).await;
    the_deletion_of_a_user_is_in_the_feed(store).await;
    every_feed_has_its_own_position(store).await;
    a_feed_that_fell_far_behind_reports_that_anything_may_have_changed(store).await;
}

async fn next(feed: &mut dyn ChangeFeed) -> Changed {
    let before = Monotonic::now();
    let batch = feed.next(Duration::ZERO).await.unwrap();
    assert!((before..=Monotonic::now()).contains(&batch.as_of));
    batch.changed
}

async fn changes(store: &dyn Store, of: impl Future<Output = ()>) -> Vec<TokenHash> {
    let mut feed = store.feed().await.unwrap();
    assert_eq!(next(&mut *feed).await, Changed::Tokens(Vec::new()));
    of.await;
    let Changed::Tokens(tokens) = next(&mut *feed).await else { panic!("everything") };
    assert_eq!(next(&mut *feed).await, Changed::Tokens(Vec::new()), "once");
    tokens
}

async fn every_end_is_in_the_feed_also_from_another_process(store: &dyn Store, other: &dyn Store) {
    add(store, "max").await;
    for (byte, writer) in [(70, store), (71, other)] {
        let token = begin(store, "max", byte).await;
        let end = async {
            drop(
                writer
                    .end_sessions(SessionSelector::Token(&token), EndReason::SignedOut, now().into(), &audit(now()))
                    .await
                    .unwrap(),
            )
        };
        assert_eq!(changes(store, end).await, [token]);
    }
    let token = begin(store, "max", 72).await;
    let end = async { assert!(other.end_overdue(&token, (now() + 1.hour()).into()).await.unwrap().is_some()) };
    assert_eq!(changes(store, end).await, [token], "an end by time is one");
}

async fn a_change_of_a_user_is_in_the_feed(store: &dyn Store) {
    let token = begin(store, "max", 73).await;
    let rename = async { drop(store.rename_user(&account("max").user.id, "Maxine", &audit(now())).await.unwrap()) };
    assert_eq!(changes(store, rename).await, [token]);
}

async fn activity_is_not_in_the_feed(store: &dyn Store) {
    let token = begin(store, "max", 74).await;
    let touch = async { store.touch_sessions(&[(token, now() + 1.minute())]).await.unwrap() };
    assert_eq!(changes(store, touch).await, []);
    let extend = async { assert!(store.extend_session(&token, now() + 2.hours(), now().into()).await.unwrap()) };
    assert_eq!(changes(store, extend).await, [token], "but of another deadline");
}

async fn the_deletion_of_a_user_is_in_the_feed(store: &dyn Store) {
    let mia = add(store, "mia").await;
    let token = begin(store, "mia", 75).await;
    let delete = async { drop(store.delete_user(&mia, &audit(now())).await.unwrap()) };
    assert_eq!(changes(store, delete).await, [token]);
}

async fn every_feed_has_its_own_position(store: &dyn Store) {
    let token = begin(store, "max", 76).await;
    let mut early = store.feed().await.unwrap();
    store
        .end_sessions(SessionSelector::Token(&token), EndReason::SignedOut, now().into(), &audit(now()))
        .await
        .unwrap();
    let mut late = store.feed().await.unwrap();
    assert_eq!(next(&mut *early).await, Changed::Tokens(vec![token]));
    assert_eq!(next(&mut *late).await, Changed::Tokens(Vec::new()));
}

async fn a_feed_that_fell_far_behind_reports_that_anything_may_have_changed(store: &dyn Store) {
    let nan = add(store, "nan").await;
    for byte in 100..200 {
        insert(store, &session("nan", byte), "hash of nan", 100).await.unwrap();
    }
    let mut feed = store.feed().await.unwrap();
    for _ in 0..=100 {
        store.rename_user(&nan, "Nan", &audit(now())).await.unwrap();
    }
    if let Changed::Tokens(all) = next(&mut *feed).await {
        let all: HashSet<_> = all.into_iter().map(|token| token.0).collect();
        assert_eq!(all, (100..200).map(|byte| token(byte).0).collect());
    }
    assert_eq!(next(&mut *feed).await, Changed::Tokens(Vec::new()));
}
