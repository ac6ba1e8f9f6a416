//! Devices: browsers in which users have logged in before.

use super::*;
use crate::store::Device;

pub async fn check_all(store: &dyn Store) {
    a_device_is_known_for_the_users_who_logged_in_with_it(store).await;
    unused_devices_are_swept(store).await;
}

async fn sign_in(store: &dyn Store, name: &str, byte: u8, device: u8, replaces: Option<u8>) {
    let session = NewSession { id: SessionId(format!("{name} {byte}")), ..session(name, byte) };
    let device = Device { token_hash: token(device), replaces: replaces.map(token) };
    let log_in = LogIn {
        session: &session,
        password_hash: &account(name).password_hash,
        new_hash: None,
        limit: 500,
        cleared_subjects: &[],
        device: Some(device),
        audit: &audit(now()),
    };
    assert!(matches!(store.insert_session(&log_in).await.unwrap(), InsertSessionOutcome::Inserted(_)));
}

async fn users(store: &dyn Store, device: u8) -> Vec<String> {
    let users = store.users_of_device(&token(device)).await.unwrap();
    let mut users: Vec<_> = users.into_iter().map(|user| user.0).collect();
    users.sort();
    users
}

async fn a_device_is_known_for_the_users_who_logged_in_with_it(store: &dyn Store) {
    let (sue, tim) = (add(store, "sue").await, add(store, "tim").await);
    assert_eq!(users(store, 1).await, [""; 0]);
    sign_in(store, "sue", 251, 1, None).await;
    sign_in(store, "sue", 252, 1, None).await;
    assert_eq!(users(store, 1).await, std::slice::from_ref(&sue.0));
    sign_in(store, "tim", 253, 2, Some(1)).await;
    assert_eq!(
        users(store, 2).await,
        [sue.0.clone(), tim.0.clone()],
        "the new cookie has the users of the replaced one"
    );
    assert_eq!(users(store, 1).await, std::slice::from_ref(&sue.0));
    store.delete_user(&tim, &audit(now())).await.unwrap();
    assert_eq!(users(store, 2).await, [sue.0]);
}

async fn unused_devices_are_swept(store: &dyn Store) {
    assert_eq!(store.sweep_devices(now(), 9).await.unwrap(), 0);
    assert_eq!(store.sweep_devices(now() + 1.second(), 1).await.unwrap(), 1);
    assert_eq!(store.sweep_devices(now() + 1.second(), 9).await.unwrap(), 1);
    assert_eq!((users(store, 1).await, users(store, 2).await), (Vec::new(), Vec::new()));
}
