//! Users and their passwords.

use latchkey_shared::EndReason;

use super::*;
use crate::store::Insertion;

pub async fn hold(store: &dyn Store) {
    a_user_is_found_by_address_and_added_once(store).await;
    every_change_raises_the_version(store).await;
    a_new_password_ends_every_session_and_begins_one(store).await;
    a_rehash_loses_against_a_new_password(store).await;
    a_disabled_account_has_no_sessions_and_gets_none(store).await;
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
    let user = store.rename_user(&id, "Robert").await.unwrap();
    assert_eq!((user.name.as_str(), user.version), ("Robert", 2));
    assert_eq!(store.account("bob@example.org").await.unwrap().unwrap().user, user);
    let (user, _) = store.set_password(&id, "new", None, now()).await.unwrap();
    assert_eq!((user.name.as_str(), user.version), ("Robert", 3));
    store.set_disabled(&id, true, now()).await.unwrap();
    store.set_disabled(&id, false, now()).await.unwrap();
    assert_eq!(store.account("bob@example.org").await.unwrap().unwrap().user.version, 5);
}

async fn a_new_password_ends_every_session_and_begins_one(store: &dyn Store) {
    let id = add(store, "cid").await;
    let (first, second) = (begin(store, "cid", 1).await, begin(store, "cid", 2).await);
    let (_, mut ended) = store.set_password(&id, "new", Some(&session("cid", 3)), now()).await.unwrap();
    ended.sort_by_key(|token| token.0);
    assert_eq!(ended, [first, second]);
    for token in ended {
        assert_eq!(store.session(&token).await.unwrap().unwrap().ended, Some(EndReason::PasswordChanged));
    }
    assert_eq!(store.session(&token(3)).await.unwrap().unwrap().ended, None);
    assert_eq!(store.insert_session(&session("cid", 4), "hash of cid", 50).await.unwrap(), Admission::Refused);
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
