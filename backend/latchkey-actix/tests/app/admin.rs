//! Operators' actions from an app's own code.

use latchkey_actix::{Admin, AdminError, NewUser, SqliteStore};

use crate::support::{EMAIL, PASSWORD, TestApp, store};

#[actix_web::test]
async fn what_it_ends_is_refused_at_once() {
    let app = TestApp::start().await;
    let client = app.signed_in().await;
    let admin = app.latchkey.admin();
    let user = admin.find_user("ADA@example.org").await.unwrap().unwrap();
    assert!(client.is_signed_in().await);
    assert_eq!(admin.sign_out(&user).await.unwrap(), 1);
    assert!(!client.is_signed_in().await, "not within some milliseconds: at once");
    let again = app.signed_in().await;
    assert_eq!(admin.set_password(&user, "an owl calls at night").await.unwrap(), 1);
    assert!(!again.is_signed_in().await);
    assert_eq!(app.client().log_in().await, 401);
}

#[actix_web::test]
async fn a_user_is_added_once_with_what_users_may_choose_themselves() {
    let (store, _folder) = store().await;
    let admin = Admin::new(store.clone());
    let error = async |email, name, password| admin.add_user(email, name, password).await.unwrap_err().to_string();
    assert_eq!(error("ada", "Ada", PASSWORD).await, "This is not an e-mail address.");
    assert_eq!(error(EMAIL, " ", PASSWORD).await, "A name has 1 to 100 characters.");
    assert_eq!(error(EMAIL, "Ada", "short").await, "A password has 12 to 128 characters.");
    assert!(admin.users().await.unwrap().is_empty(), "nothing was added");
    let user = admin.add_user(" Ada@Example.org", "Ada", PASSWORD).await.unwrap();
    assert_eq!((user.email.as_str(), user.name.as_str()), (EMAIL, "Ada"));
    assert!(matches!(admin.add_user(EMAIL, "Bob", PASSWORD).await, Err(AdminError::EmailTaken(_))));
    let audit = admin.audit(std::time::Duration::from_secs(3600), 10).await.unwrap();
    assert_eq!(audit.iter().map(|entry| entry.action.as_str()).collect::<Vec<_>>(), ["add-user"]);
    weak_passwords_are_for_operators_who_say_so(store).await;
}

async fn weak_passwords_are_for_operators_who_say_so(store: SqliteStore) {
    let operator = Admin::new(store).waive_password_rules();
    assert!(operator.add(NewUser::new("bob@example.org").unwrap(), "x").await.is_ok());
    let users = operator.users().await.unwrap();
    assert_eq!(users.iter().map(|entry| entry.user.name.as_str()).collect::<Vec<_>>(), ["Ada", "bob"]);
}
