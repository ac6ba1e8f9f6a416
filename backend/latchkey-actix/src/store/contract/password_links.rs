//! One-time links with which users set a password.

use latchkey_shared::EndReason;

use super::*;
use crate::store::{NewPasswordLink, PasswordLinkUse, PasswordUpdate, SetEmailOutcome};

pub async fn check_all(store: &dyn Store, other: &dyn Store) {
    a_link_works_once_and_ends_every_session(store).await;
    a_new_link_replaces_the_last_one(store).await;
    an_expired_link_does_nothing(store).await;
    a_change_of_the_account_deletes_its_link(store).await;
    a_disabled_or_deleted_account_gets_no_link(store).await;
    of_concurrent_uses_exactly_one_succeeds(store, other).await;
    a_use_and_a_change_of_the_password_at_the_same_time_both_end(store, other).await;
}

/// Adds a link of a user that expires in an hour.
async fn link(store: &dyn Store, user: &UserId, byte: u8) -> TokenHash {
    let link = NewPasswordLink { user, token_hash: token(byte), expires_at: now() + 1.hour() };
    assert!(store.insert_password_link(&link, &audit(now())).await.unwrap());
    token(byte)
}

async fn use_link(store: &dyn Store, token_hash: &TokenHash, at: Timestamp) -> Option<Vec<TokenHash>> {
    let link = PasswordLinkUse { token_hash, new_hash: "hash by link", cleared_subjects: &["link".into()] };
    store.use_password_link(&link, &audit(at)).await.unwrap()
}

async fn hash_of(store: &dyn Store, name: &str) -> String {
    store.account(&format!("{name}@example.org")).await.unwrap().unwrap().password_hash
}

async fn works(store: &dyn Store, link: &TokenHash) -> bool {
    store.password_link(link, now()).await.unwrap().is_some()
}

async fn a_link_works_once_and_ends_every_session(store: &dyn Store) {
    let user = add(store, "link-ada").await;
    let session = begin(store, "link-ada", 205).await;
    let link = link(store, &user, 1).await;
    let found = store.password_link(&link, now()).await.unwrap().unwrap();
    assert_eq!((found.id, found.email.as_str()), (user, "link-ada@example.org"));
    let count = async || store.audit(Timestamp::MIN, 10_000).await.unwrap().len();
    let before = count().await;
    assert_eq!(use_link(store, &link, now()).await, Some(vec![session]));
    assert_eq!(store.session(&session).await.unwrap().unwrap().ended, Some(EndReason::PasswordChanged));
    let account = store.account("link-ada@example.org").await.unwrap().unwrap();
    assert_eq!((account.password_hash.as_str(), account.user.version), ("hash by link", 2));
    assert_eq!(use_link(store, &link, now()).await, None);
    assert!(!works(store, &link).await);
    assert_eq!(count().await, before + 1, "the second use has no row");
}

async fn a_new_link_replaces_the_last_one(store: &dyn Store) {
    let user = add(store, "link-bob").await;
    let (old, new) = (link(store, &user, 2).await, link(store, &user, 3).await);
    assert!(!works(store, &old).await && works(store, &new).await);
    assert_eq!(use_link(store, &old, now()).await, None);
    assert_eq!(use_link(store, &new, now()).await, Some(vec![]));
}

async fn an_expired_link_does_nothing(store: &dyn Store) {
    let user = add(store, "link-cid").await;
    let link = link(store, &user, 4).await;
    assert!(store.password_link(&link, now() + 1.hour()).await.unwrap().is_none());
    assert_eq!(use_link(store, &link, now() + 1.hour()).await, None);
    assert_eq!(hash_of(store, "link-cid").await, "hash of link-cid");
    assert_eq!(use_link(store, &link, now() + 59.minutes()).await, Some(vec![]), "an early use is still possible");
}

async fn a_change_of_the_account_deletes_its_link(store: &dyn Store) {
    let (user, event) = (add(store, "link-dan").await, audit(now()));
    for (number, change) in (0..).zip(["set-password", "change-password", "log-in", "disable", "set-email"]) {
        let link = link(store, &user, 5).await;
        store.rename_user(&user, change, &event).await.unwrap();
        assert!(works(store, &link).await, "another name changes nothing");
        let current = hash_of(store, "link-dan").await;
        let (here, next) = (session("link-dan", 206 + number), session("link-dan", 211 + number));
        let mut log_in = LogIn {
            session: &here,
            password_hash: &current,
            new_hash: None,
            limit: 50,
            cleared_subjects: &[],
            device: None,
            audit: &event,
        };
        match change {
            "set-password" => drop(store.set_password(&user, change, &event).await.unwrap()),
            "change-password" => {
                store.insert_session(&log_in).await.unwrap();
                assert!(works(store, &link).await, "a log-in changes nothing");
                let update = PasswordUpdate {
                    session: &here.token_hash,
                    current_hash: &current,
                    new_hash: change,
                    new_session: &next,
                    cleared_subjects: &[],
                };
                assert!(store.change_password(&update, &event).await.unwrap().is_some());
            }
            "log-in" => {
                log_in.new_hash = Some("today's hash");
                store.insert_session(&log_in).await.unwrap();
            }
            "disable" => {
                store.set_disabled(&user, true, &event).await.unwrap();
                assert!(!works(store, &link).await);
                store.set_disabled(&user, false, &event).await.unwrap();
            }
            _ => {
                let changed = store.set_email(&user, "link-daniel@example.org", &event).await.unwrap();
                assert!(matches!(changed, SetEmailOutcome::Changed(..)));
            }
        }
        assert!(!works(store, &link).await && use_link(store, &link, now()).await.is_none(), "{change}");
    }
}

async fn a_disabled_or_deleted_account_gets_no_link(store: &dyn Store) {
    let user = add(store, "link-eve").await;
    let open = link(store, &user, 6).await;
    let another = NewPasswordLink { user: &user, token_hash: token(7), expires_at: now() + 1.hour() };
    store.set_disabled(&user, true, &audit(now())).await.unwrap();
    assert!(!store.insert_password_link(&another, &audit(now())).await.unwrap());
    store.set_disabled(&user, false, &audit(now())).await.unwrap();
    assert!(!works(store, &open).await && !works(store, &token(7)).await);
    let open = link(store, &user, 8).await;
    store.delete_user(&user, &audit(now())).await.unwrap();
    assert!(!works(store, &open).await && use_link(store, &open, now()).await.is_none());
    assert!(!store.insert_password_link(&another, &audit(now())).await.unwrap());
}

async fn of_concurrent_uses_exactly_one_succeeds(store: &dyn Store, other: &dyn Store) {
    let user = add(store, "link-flo").await;
    for byte in 10..20 {
        let link = link(store, &user, byte).await;
        let uses = tokio::join!(
            use_link(store, &link, now()),
            use_link(other, &link, now()),
            use_link(store, &link, now()),
            use_link(other, &link, now())
        );
        let uses = [uses.0, uses.1, uses.2, uses.3];
        assert_eq!(uses.iter().flatten().count(), 1, "{uses:?}");
    }
}

async fn a_use_and_a_change_of_the_password_at_the_same_time_both_end(store: &dyn Store, other: &dyn Store) {
    let user = add(store, "link-guy").await;
    for byte in 20..30 {
        let open = link(store, &user, byte).await;
        let next = NewPasswordLink { user: &user, token_hash: token(byte + 20), expires_at: now() + 1.hour() };
        let hash = format!("hash {byte}");
        let (at, event) = (now(), audit(now()));
        let (used, set, added) = tokio::join!(
            use_link(store, &open, at),
            other.set_password(&user, &hash, &event),
            store.insert_password_link(&next, &event),
        );
        assert!(set.is_ok() && added.unwrap());
        let last = hash_of(store, "link-guy").await;
        assert!(last == hash || used.is_some(), "{last}");
        assert!(!works(store, &open).await);
    }
}
