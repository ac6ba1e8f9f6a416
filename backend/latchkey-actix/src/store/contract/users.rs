//! Users and their passwords.

use latchkey_shared::EndReason;

use super::*;
use crate::store::{Failure, InsertUserOutcome, PasswordUpdate, SessionSelector};

pub async fn check_all(store: &dyn Store) {
    a_user_is_found_by_address_and_added_once(store).await;
    every_change_raises_the_version(store).await;
    a_new_password_ends_every_session_and_begins_one(store).await;
    an_outdated_change_of_the_password_does_nothing(store).await;
    a_log_in_can_replace_the_hash_that_it_verified(store).await;
    setting_a_password_and_enabling_clear_failures(store).await;
    an_action_and_its_audit_row_are_one_write(store).await;
    a_disabled_account_has_no_sessions_and_gets_no_new_ones(store).await;
    a_new_name_is_visible_in_the_active_sessions(store).await;
    deleting_a_user_deletes_all_sessions(store).await;
}

async fn a_new_name_is_visible_in_the_active_sessions(store: &dyn Store) {
    let id = add(store, "guy").await;
    let (open, gone) = (begin(store, "guy", 234).await, begin(store, "guy", 235).await);
    store.end_sessions(SessionSelector::Token(&gone), EndReason::SignedOut, now().into(), &audit(now())).await.unwrap();
    assert_eq!(store.rename_user(&id, "Guido", &audit(now())).await.unwrap().1, [open]);
    assert_eq!(store.session(&open).await.unwrap().unwrap().user.name, "Guido");
}

async fn deleting_a_user_deletes_all_sessions(store: &dyn Store) {
    let id = add(store, "hob").await;
    let (open, gone) = (begin(store, "hob", 236).await, begin(store, "hob", 237).await);
    store.end_sessions(SessionSelector::Token(&gone), EndReason::SignedOut, now().into(), &audit(now())).await.unwrap();
    assert_eq!(store.delete_user(&id, &audit(now())).await.unwrap(), [open]);
    assert!(store.account("hob@example.org").await.unwrap().is_none());
    for token in [open, gone] {
        assert_eq!(store.session(&token).await.unwrap(), None);
    }
    assert_eq!(store.delete_user(&id, &audit(now())).await.unwrap(), []);
}

async fn a_user_is_found_by_address_and_added_once(store: &dyn Store) {
    assert!(store.account("ada@example.org").await.unwrap().is_none());
    assert_eq!(store.insert_user(&account("ada"), &audit(now())).await.unwrap(), InsertUserOutcome::Inserted);
    let mut second = account("ada");
    second.user.id = UserId("another".into());
    assert_eq!(store.insert_user(&second, &audit(now())).await.unwrap(), InsertUserOutcome::EmailTaken);
    let found = store.account("ada@example.org").await.unwrap().unwrap();
    assert_eq!((found.user, found.password_hash), (account("ada").user, account("ada").password_hash));
    assert_eq!(store.accounts().await.unwrap().len(), 1);
}

async fn every_change_raises_the_version(store: &dyn Store) {
    let id = add(store, "bob").await;
    let (user, sessions) = store.rename_user(&id, "Robert", &audit(now())).await.unwrap();
    assert_eq!(sessions, []);
    assert_eq!((user.name.as_str(), user.version), ("Robert", 2));
    assert_eq!(store.account("bob@example.org").await.unwrap().unwrap().user, user);
    store.set_password(&id, "new", &audit(now())).await.unwrap();
    store.set_disabled(&id, true, &audit(now())).await.unwrap();
    store.set_disabled(&id, false, &audit(now())).await.unwrap();
    assert_eq!(store.account("bob@example.org").await.unwrap().unwrap().user.version, 5);
}

async fn a_new_password_ends_every_session_and_begins_one(store: &dyn Store) {
    add(store, "cid").await;
    let (first, second) = (begin(store, "cid", 1).await, begin(store, "cid", 2).await);
    let next = session("cid", 3);
    let change = PasswordUpdate {
        session: &first,
        current_hash: "hash of cid",
        new_hash: "new",
        new_session: &next,
        cleared_subjects: &[],
    };
    let (user, mut ended) = store.change_password(&change, &audit(now())).await.unwrap().unwrap();
    assert_eq!((user.name.as_str(), user.version), ("cid", 2));
    ended.sort_by_key(|token| token.0);
    assert_eq!(ended, [first, second]);
    for token in ended {
        assert_eq!(store.session(&token).await.unwrap().unwrap().ended, Some(EndReason::PasswordChanged));
    }
    assert_eq!(store.session(&token(3)).await.unwrap().unwrap().ended, None);
    assert_eq!(
        insert(store, &session("cid", 4), "hash of cid", 50).await.unwrap(),
        InsertSessionOutcome::AccountChanged
    );
}

async fn an_outdated_change_of_the_password_does_nothing(store: &dyn Store) {
    let id = add(store, "flo").await;
    let (first, second) = (begin(store, "flo", 231).await, begin(store, "flo", 232).await);
    let next = session("flo", 233);
    let change = |session, current_hash| PasswordUpdate {
        session,
        current_hash,
        new_hash: "late",
        new_session: &next,
        cleared_subjects: &[],
    };
    let mut refused = Vec::new();
    refused.push(store.change_password(&change(&first, "another hash"), &audit(now())).await.unwrap());
    store
        .end_sessions(SessionSelector::Token(&first), EndReason::SessionRevoked, now().into(), &audit(now()))
        .await
        .unwrap();
    refused.push(store.change_password(&change(&first, "hash of flo"), &audit(now())).await.unwrap());
    let expired = session("flo", 232).expires_at;
    refused.push(store.change_password(&change(&second, "hash of flo"), &audit(expired)).await.unwrap());
    store.set_disabled(&id, true, &audit(now())).await.unwrap();
    refused.push(store.change_password(&change(&second, "hash of flo"), &audit(now())).await.unwrap());
    assert!(refused.iter().all(Option::is_none), "{refused:?}");
    let account = store.account("flo@example.org").await.unwrap().unwrap();
    assert_eq!(account.password_hash, "hash of flo");
    assert!(store.session(&token(233)).await.unwrap().is_none());
}

async fn a_log_in_can_replace_the_hash_that_it_verified(store: &dyn Store) {
    add(store, "dan").await;
    let (first, second, event) = (session("dan", 241), session("dan", 242), audit(now()));
    let log_in = |session, new_hash| LogIn {
        session,
        password_hash: "hash of dan",
        new_hash: Some(new_hash),
        limit: 50,
        cleared_subjects: &[],
        device: None,
        audit: &event,
    };
    assert!(matches!(
        store.insert_session(&log_in(&first, "stronger")).await.unwrap(),
        InsertSessionOutcome::Inserted(_)
    ));
    assert_eq!(store.insert_session(&log_in(&second, "late")).await.unwrap(), InsertSessionOutcome::AccountChanged);
    let account = store.account("dan@example.org").await.unwrap().unwrap();
    assert_eq!((account.password_hash.as_str(), account.user.version), ("stronger", 1));
}

async fn setting_a_password_and_enabling_clear_failures(store: &dyn Store) {
    let (subject, event) = ([String::from("any subject")], audit(now()));
    let failure = Failure { account: "liv@example.org", subjects: &subject, at: now(), forget_before: now() };
    let fails = async || {
        store.count_failure(&failure, &event).await.unwrap();
        assert!(store.attempts("any subject").await.unwrap().is_some());
    };
    let forgotten = async |what: &str| assert_eq!(store.attempts("any subject").await.unwrap(), None, "{what}");
    fails().await;
    let id = add(store, "liv").await;
    forgotten("a new account").await;
    fails().await;
    store.set_password(&id, "hash of liv", &event).await.unwrap();
    forgotten("another password").await;
    fails().await;
    store.set_disabled(&id, true, &event).await.unwrap();
    assert!(store.attempts("any subject").await.unwrap().is_some(), "disabling clears no failures");
    store.set_disabled(&id, false, &event).await.unwrap();
    forgotten("enabling").await;
    fails().await;
    let log_in = LogIn {
        session: &session("liv", 243),
        password_hash: "hash of liv",
        new_hash: None,
        limit: 50,
        cleared_subjects: &subject,
        device: None,
        audit: &event,
    };
    store.insert_session(&log_in).await.unwrap();
    forgotten("the right password").await;
}

async fn an_action_and_its_audit_row_are_one_write(store: &dyn Store) {
    let count = async || store.audit(Timestamp::MIN, 1000).await.unwrap().len();
    let before = count().await;
    let id = add(store, "meg").await;
    let token = begin(store, "meg", 244).await;
    store.rename_user(&id, "Margaret", &audit(now())).await.unwrap();
    store
        .end_sessions(SessionSelector::Token(&token), EndReason::SignedOut, now().into(), &audit(now()))
        .await
        .unwrap();
    store
        .end_sessions(SessionSelector::All(&id), EndReason::SessionRevoked, now().into(), &audit(now()))
        .await
        .unwrap();
    assert_eq!(count().await, before + 5);
    store
        .end_sessions(SessionSelector::Token(&token), EndReason::SignedOut, now().into(), &audit(now()))
        .await
        .unwrap();
    assert_eq!(
        insert(store, &session("meg", 245), "another hash", 50).await.unwrap(),
        InsertSessionOutcome::AccountChanged
    );
    assert_eq!(store.insert_user(&account("meg"), &audit(now())).await.unwrap(), InsertUserOutcome::EmailTaken);
    assert_eq!(count().await, before + 5, "a failed action adds no row");
    for (action, at) in [("set-password", now()), ("disable", now()), ("delete", now())] {
        match action {
            "set-password" => drop(store.set_password(&id, "new", &audit(at)).await.unwrap()),
            "disable" => drop(store.set_disabled(&id, true, &audit(at)).await.unwrap()),
            _ => drop(store.delete_user(&id, &audit(at)).await.unwrap()),
        }
    }
    assert_eq!(count().await, before + 8);
}

async fn a_disabled_account_has_no_sessions_and_gets_no_new_ones(store: &dyn Store) {
    let id = add(store, "eve").await;
    let open = begin(store, "eve", 5).await;
    assert_eq!(store.set_disabled(&id, true, &audit(now())).await.unwrap(), [open]);
    assert_eq!(store.session(&open).await.unwrap().unwrap().ended, Some(EndReason::AccountDisabled));
    assert!(store.account("eve@example.org").await.unwrap().unwrap().disabled);
    assert_eq!(
        insert(store, &session("eve", 6), "hash of eve", 50).await.unwrap(),
        InsertSessionOutcome::AccountChanged
    );
    store.set_disabled(&id, false, &audit(now())).await.unwrap();
    begin(store, "eve", 6).await;
}
