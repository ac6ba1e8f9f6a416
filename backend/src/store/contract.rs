//! What every store must do, whatever it is made of: one suite, run on each.

use std::sync::Arc;

use jiff::{Timestamp, ToSpan};
use latchkey_shared::{EndReason, SessionId, User, UserId};

use super::{Account, Changes, Insertion, NewSession, SessionRecord, Store, TokenHash};

fn now() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

fn ada() -> Account {
    let user = User {
        id: UserId("u1".into()),
        email: "ada@example.org".into(),
        name: "Ada".into(),
        version: 1,
    };
    Account {
        user,
        password_hash: "$argon2id$…".into(),
    }
}

fn session(id: &str, token: u8) -> NewSession {
    NewSession {
        id: SessionId(id.into()),
        token_hash: TokenHash([token; 32]),
        user_id: ada().user.id,
        created_at: now(),
        expires_at: now() + 1.hour(),
    }
}

async fn a_user_is_found_by_address_and_added_once(store: &dyn Store) {
    assert_eq!(store.account("ada@example.org").await.unwrap().map(|a| a.user), None);
    assert_eq!(store.insert_user(&ada(), now()).await.unwrap(), Insertion::Inserted);
    let mut second = ada();
    second.user.id = UserId("u2".into());
    assert_eq!(store.insert_user(&second, now()).await.unwrap(), Insertion::EmailTaken);
    let found = store.account("ada@example.org").await.unwrap().unwrap();
    assert_eq!((found.user, found.password_hash), (ada().user, ada().password_hash));
}

async fn a_session_comes_back_as_it_went_in(store: &dyn Store) {
    store.insert_session(&session("s1", 1)).await.unwrap();
    let expected = SessionRecord {
        id: SessionId("s1".into()),
        user: ada().user,
        created_at: now(),
        expires_at: now() + 1.hour(),
        ended: None,
    };
    assert_eq!(store.session(&TokenHash([1; 32])).await.unwrap(), Some(expected));
    assert_eq!(store.session(&TokenHash([9; 32])).await.unwrap(), None);
}

async fn a_token_or_a_handle_is_never_given_twice(store: &dyn Store) {
    assert!(store.insert_session(&session("s1", 2)).await.is_err());
    assert!(store.insert_session(&session("s2", 1)).await.is_err());
}

async fn the_first_end_stands(store: &dyn Store) {
    let token = TokenHash([3; 32]);
    store.insert_session(&session("s3", 3)).await.unwrap();
    assert!(
        store
            .end_session(&token, EndReason::SessionRevoked, now())
            .await
            .unwrap()
    );
    assert!(!store.end_session(&token, EndReason::SignedOut, now()).await.unwrap());
    assert!(
        !store
            .end_session(&TokenHash([9; 32]), EndReason::SignedOut, now())
            .await
            .unwrap()
    );
    assert_eq!(
        store.session(&token).await.unwrap().unwrap().ended,
        Some(EndReason::SessionRevoked)
    );
    assert!(
        store.insert_session(&session("s3", 3)).await.is_err(),
        "an insert brings nothing back"
    );
    store.insert_session(&session("s5", 5)).await.unwrap();
    assert!(
        !store
            .end_session(&TokenHash([5; 32]), EndReason::SignedOut, now() + 1.hour())
            .await
            .unwrap()
    );
    assert_eq!(
        store.session(&TokenHash([5; 32])).await.unwrap().unwrap().ended,
        None,
        "it has expired"
    );
}

async fn a_reader_of_changes_hears_of_every_end(store: &dyn Store) {
    store.insert_session(&session("s4", 4)).await.unwrap();
    let before = store.position().await.unwrap();
    assert_eq!(
        store.changes_since(before).await.unwrap(),
        Changes::Sessions(Vec::new(), before)
    );
    store
        .end_session(&TokenHash([4; 32]), EndReason::SignedOut, now())
        .await
        .unwrap();
    let after = store.position().await.unwrap();
    let expected = Changes::Sessions(vec![TokenHash([4; 32])], after);
    assert_eq!(store.changes_since(before).await.unwrap(), expected);
    assert_eq!(
        store.changes_since(after).await.unwrap(),
        Changes::Sessions(Vec::new(), after)
    );
}

async fn hold(store: Arc<dyn Store>) {
    store.ping().await.unwrap();
    a_user_is_found_by_address_and_added_once(&*store).await;
    a_session_comes_back_as_it_went_in(&*store).await;
    a_token_or_a_handle_is_never_given_twice(&*store).await;
    the_first_end_stands(&*store).await;
    a_reader_of_changes_hears_of_every_end(&*store).await;
}

mod sqlite {
    use super::*;
    use crate::store::sqlite::SqliteStore;

    async fn open(folder: &tempfile::TempDir) -> SqliteStore {
        SqliteStore::open(&format!("sqlite://{}/test.db", folder.path().display()))
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn sqlite_keeps_the_contract() {
        let folder = tempfile::tempdir().unwrap();
        hold(Arc::new(open(&folder).await)).await;
    }

    #[tokio::test]
    async fn sessions_survive_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        hold(Arc::new(open(&folder).await)).await;
        let reopened = open(&folder).await;
        assert_eq!(
            crate::store::SessionStore::session(&reopened, &TokenHash([1; 32]))
                .await
                .unwrap()
                .unwrap()
                .ended,
            None
        );
    }

    #[tokio::test]
    async fn a_file_that_is_no_database_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.db");
        std::fs::write(
            &path,
            "certainly not a database, but long enough to look like one".repeat(100),
        )
        .unwrap();
        let error = SqliteStore::open(&format!("sqlite://{}", path.display()))
            .await
            .unwrap_err();
        assert!(error.to_string().contains("file is not a database"), "{error}");
    }
}
