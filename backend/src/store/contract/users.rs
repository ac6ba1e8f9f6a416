//! Users and their passwords.

use latchkey_shared::EndReason;

use super::*;
use crate::store::Insertion;
use crate::store::{OwnChange, Which};

pub async fn hold(store: &dyn Store) {
    a_user_is_found_by_address_and_added_once(store).await;
    every_change_raises_the_version(store).await;
    a_new_password_ends_every_session_and_begins_one(store).await;
    a_late_change_of_the_password_does_nothing(store).await;
    a_rehash_loses_against_a_new_password(store).await;
    a_disabled_account_has_no_sessions_and_gets_none(store).await;
    a_new_name_shows_in_the_active_sessions(store).await;
    a_deleted_user_is_gone_with_all_sessions(store).await;
}

async fn a_new_name_shows_in_the_active_sessions(store: &dyn Store) {
    let id = add(store, "guy").await;
    let (open, gone) = (begin(store, "guy", 234).await, begin(store, "guy", 235).await);
    store.end_sessions(Which::Token(&gone), EndReason::SignedOut, now().into()).await.unwrap();
    assert_eq!(store.rename_user(&id, "Guido").await.unwrap().1, [open]);
    assert_eq!(store.session(&open).await.unwrap().unwrap().user.name, "Guido");
}

async fn a_deleted_user_is_gone_with_all_sessions(store: &dyn Store) {
    let id = add(store, "hob").await;
    let (open, gone) = (begin(store, "hob", 236).await, begin(store, "hob", 237).await);
    store.end_sessions(Which::Token(&gone), EndReason::SignedOut, now().into()).await.unwrap();
    assert_eq!(store.delete_user(&id).await.unwrap(), [open]);
    assert!(store.account("hob@example.org").await.unwrap().is_none());
    for token in [open, gone] {
        assert_eq!(store.session(&token).await.unwrap(), None);
    }
    assert_eq!(store.delete_user(&id).await.unwrap(), []);
}

async fn a_user_is_found_by_address_and_added_once(store: &dyn Store) {
    assert!(store.account("ada@example.org").await.unwrap().is_none());
    assert_eq!(store.insert_user(&account("ada"), now()).await.unwrap(), Insertion::Inserted);
    let mut second = account("ada");
    second.user.id = UserId("another".into());
    assert_eq!(store.insert_user(&second, now()).await.unwrap(), Insertion::EmailTaken);
    let found = store.account("ada@example.org").await.unwrap().unwrap();
    assert_eq!((found.user, found.password_hash), (account("ada").user, account("ada").password_hash));
    assert_eq!(store.accounts().await.unwrap().len(), 1);
}

async fn every_change_raises_the_version(store: &dyn Store) {
    let id = add(store, "bob").await;
    let (user, sessions) = store.rename_user(&id, "Robert").await.unwrap();
    assert_eq!(sessions, []);
    assert_eq!((user.name.as_str(), user.version), ("Robert", 2));
    assert_eq!(store.account("bob@example.org").await.unwrap().unwrap().user, user);
    store.set_password(&id, "new", now()).await.unwrap();
    store.set_disabled(&id, true, now()).await.unwrap();
    store.set_disabled(&id, false, now()).await.unwrap();
    assert_eq!(store.account("bob@example.org").await.unwrap().unwrap().user.version, 5);
}

async fn a_new_password_ends_every_session_and_begins_one(store: &dyn Store) {
    add(store, "cid").await;
    let (first, second) = (begin(store, "cid", 1).await, begin(store, "cid", 2).await);
    let next = session("cid", 3);
    let change = OwnChange { session: &first, proved: "hash of cid", hash: "new", next: &next };
    let (user, mut ended) = store.change_password(&change, now()).await.unwrap().unwrap();
    assert_eq!((user.name.as_str(), user.version), ("cid", 2));
    ended.sort_by_key(|token| token.0);
    assert_eq!(ended, [first, second]);
    for token in ended {
        assert_eq!(store.session(&token).await.unwrap().unwrap().ended, Some(EndReason::PasswordChanged));
    }
    assert_eq!(store.session(&token(3)).await.unwrap().unwrap().ended, None);
    assert_eq!(store.insert_session(&session("cid", 4), "hash of cid", 50).await.unwrap(), Admission::Refused);
}

async fn a_late_change_of_the_password_does_nothing(store: &dyn Store) {
    let id = add(store, "flo").await;
    let (first, second) = (begin(store, "flo", 231).await, begin(store, "flo", 232).await);
    let next = session("flo", 233);
    let change = |session, proved| OwnChange { session, proved, hash: "late", next: &next };
    let mut refused = Vec::new();
    refused.push(store.change_password(&change(&first, "another hash"), now()).await.unwrap());
    store.end_sessions(Which::Token(&first), EndReason::SessionRevoked, now().into()).await.unwrap();
    refused.push(store.change_password(&change(&first, "hash of flo"), now()).await.unwrap());
    let expired = session("flo", 232).expires_at;
    refused.push(store.change_password(&change(&second, "hash of flo"), expired).await.unwrap());
    store.set_disabled(&id, true, now()).await.unwrap();
    refused.push(store.change_password(&change(&second, "hash of flo"), now()).await.unwrap());
    assert!(refused.iter().all(Option::is_none), "{refused:?}");
    let account = store.account("flo@example.org").await.unwrap().unwrap();
    assert_eq!(account.password_hash, "hash of flo");
    assert!(store.session(&token(233)).await.unwrap().is_none());
}

async fn a_rehash_loses_against_a_new_password(store: &dyn Store) {
    let id = add(store, "dan").await;
    store.rehash_password(&id, "hash of dan", "stronger").await.unwrap();
    store.rehash_password(&id, "hash of dan", "late").await.unwrap();
    let account = store.account("dan@example.org").await.unwrap().unwrap();
    assert_eq!((account.password_hash.as_str(), account.user.version), ("stronger", 1));
}

async fn a_disabled_account_has_no_sessions_and_gets_none(store: &dyn Store) {
    let id = add(store, "eve").await;
    let open = begin(store, "eve", 5).await;
    assert_eq!(store.set_disabled(&id, true, now()).await.unwrap(), [open]);
    assert_eq!(store.session(&open).await.unwrap().unwrap().ended, Some(EndReason::AccountDisabled));
    assert!(store.account("eve@example.org").await.unwrap().unwrap().disabled);
    assert_eq!(store.insert_session(&session("eve", 6), "hash of eve", 50).await.unwrap(), Admission::Refused);
    store.set_disabled(&id, false, now()).await.unwrap();
    begin(store, "eve", 6).await;
}
