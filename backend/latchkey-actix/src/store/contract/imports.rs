//! Users who come from elsewhere, and users whose address changes.

use latchkey_shared::EndReason;

use super::*;
use crate::store::{Failure, InsertUserOutcome, SessionSelector, SetEmailOutcome};

pub async fn check_all(store: &dyn Store) {
    users_are_added_together_as_they_were(store).await;
    one_user_who_is_there_already_keeps_all_others_out(store).await;
    another_address_keeps_id_and_sessions(store).await;
    an_address_of_another_user_is_not_taken_over(store).await;
}

/// Users with their audit rows, as they were a day ago.
fn users(names: &[&str]) -> Vec<(Account, AuditEvent)> {
    let account = |name: &&str| Account { created_at: now() - 24.hours(), ..account(name) };
    names.iter().map(|name| (account(name), audit(now()))).collect()
}

async fn count(store: &dyn Store) -> (usize, usize) {
    (store.accounts().await.unwrap().len(), store.audit(Timestamp::MIN, 10_000).await.unwrap().len())
}

async fn users_are_added_together_as_they_were(store: &dyn Store) {
    let (accounts, rows) = count(store).await;
    let mut all = users(&["import-a", "import-b", "import-c"]);
    all[1].0.disabled = true;
    all[2].0.password_hash = String::new();
    assert_eq!(store.insert_users(&all).await.unwrap(), None);
    assert_eq!(count(store).await, (accounts + 3, rows + 3));
    for (account, _) in &all {
        let found = store.account(&account.user.email).await.unwrap().unwrap();
        assert_eq!((found.user, found.password_hash), (account.user.clone(), account.password_hash.clone()));
        assert_eq!((found.disabled, found.created_at), (account.disabled, now() - 24.hours()));
    }
    assert_eq!(store.insert_users(&[]).await.unwrap(), None);
}

async fn one_user_who_is_there_already_keeps_all_others_out(store: &dyn Store) {
    let before = count(store).await;
    assert_eq!(store.insert_users(&users(&["import-d", "import-a", "import-e"])).await.unwrap(), Some(1));
    let mut same_id = users(&["import-d"]);
    same_id[0].0.user.id = account("import-a").user.id;
    assert_eq!(store.insert_users(&same_id).await.unwrap(), Some(0));
    assert_eq!(store.insert_user(&same_id[0].0, &audit(now())).await.unwrap(), InsertUserOutcome::EmailTaken);
    assert_eq!(store.insert_users(&users(&["import-d", "import-d"])).await.unwrap(), Some(1));
    assert_eq!(count(store).await, before);
}

async fn another_address_keeps_id_and_sessions(store: &dyn Store) {
    let id = add(store, "ira").await;
    let (open, gone) = (begin(store, "ira", 216).await, begin(store, "ira", 217).await);
    store.end_sessions(SessionSelector::Token(&gone), EndReason::SignedOut, now().into(), &audit(now())).await.unwrap();
    let subject = [String::from("a subject of the new address")];
    let failure = Failure { account: "iris@example.org", subjects: &subject, at: now(), forget_before: now() };
    store.count_failure(&failure, &audit(now())).await.unwrap();
    let (_, rows) = count(store).await;
    let changed = store.set_email(&id, "iris@example.org", &audit(now())).await.unwrap();
    let SetEmailOutcome::Changed(user, sessions) = changed else { panic!("{changed:?}") };
    assert_eq!((user.id, user.email.as_str(), user.version), (id, "iris@example.org", 2));
    assert_eq!(sessions, [open]);
    assert!(store.account("ira@example.org").await.unwrap().is_none());
    let session = store.session(&open).await.unwrap().unwrap();
    assert_eq!((session.user.email.as_str(), session.ended), ("iris@example.org", None));
    assert_eq!(store.attempts(&subject[0]).await.unwrap(), None);
    assert_eq!(count(store).await.1, rows + 1);
}

async fn an_address_of_another_user_is_not_taken_over(store: &dyn Store) {
    let (id, other) = (add(store, "jem").await, add(store, "jot").await);
    let before = count(store).await;
    assert_eq!(store.set_email(&id, "jot@example.org", &audit(now())).await.unwrap(), SetEmailOutcome::EmailTaken);
    assert_eq!(store.account("jot@example.org").await.unwrap().unwrap().user.id, other);
    assert_eq!(store.account("jem@example.org").await.unwrap().unwrap().user.version, 1);
    assert_eq!(count(store).await, before);
    assert!(store.set_email(&UserId("nobody".into()), "jot@example.org", &audit(now())).await.is_err());
}
