//! What readers that remember sessions hear of.

use latchkey_shared::EndReason;

use super::*;
use crate::store::{Changes, Which};

pub async fn hold(store: &dyn Store) {
    a_reader_hears_of_every_end(store).await;
    a_reader_hears_when_a_user_changes(store).await;
    a_reader_that_fell_far_behind_hears_that(store).await;
}

async fn changes(store: &dyn Store, of: impl Future<Output = ()>) -> Vec<TokenHash> {
    let before = store.position().await.unwrap();
    assert_eq!(store.changes_since(before).await.unwrap(), Changes::Sessions(Vec::new(), before));
    of.await;
    let after = store.position().await.unwrap();
    let Changes::Sessions(tokens, reached) = store.changes_since(before).await.unwrap() else { panic!("everything") };
    assert_eq!(reached, after);
    tokens
}

async fn a_reader_hears_of_every_end(store: &dyn Store) {
    add(store, "max").await;
    let token = begin(store, "max", 70).await;
    let end = async { drop(store.end_sessions(Which::Token(&token), EndReason::SignedOut, now()).await.unwrap()) };
    assert_eq!(changes(store, end).await, [token]);
}

async fn a_reader_hears_when_a_user_changes(store: &dyn Store) {
    let token = begin(store, "max", 71).await;
    let rename = async { drop(store.rename_user(&account("max").user.id, "Maxine").await.unwrap()) };
    assert_eq!(changes(store, rename).await, [token]);
    let touch = async { store.touch_session(&token, now() + 1.minute()).await.unwrap() };
    assert_eq!(changes(store, touch).await, [token]);
}

async fn a_reader_that_fell_far_behind_hears_that(store: &dyn Store) {
    let nan = add(store, "nan").await;
    for byte in 100..200 {
        store.insert_session(&session("nan", byte), "hash of nan", 100).await.unwrap();
    }
    let before = store.position().await.unwrap();
    for _ in 0..=crate::store::CHANGES_KEPT / 100 {
        store.rename_user(&nan, "Nan").await.unwrap();
    }
    let after = store.position().await.unwrap();
    assert_eq!(store.changes_since(before).await.unwrap(), Changes::Everything(after));
}
