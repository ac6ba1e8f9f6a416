//! Access control: every operation of the route table, for every kind of caller.

use std::{collections::BTreeSet, time::Duration};

use latchkey_shared::{EndReason, api};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    password_links::invite,
    support::{Client, PASSWORD, TestApp, contract::DOCUMENT},
};

/// An operation of the OpenAPI document. The document is made from the route table, so no operation can be missing.
pub struct Operation {
    pub path: &'static str,
    pub method: Method,
    needs_session: bool,
    success: u16,
    body: Value,
}

/// All operations of the document.
pub fn operations() -> Vec<Operation> {
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let all = paths.iter().flat_map(|(path, methods)| methods.as_object().unwrap().iter().map(move |row| (path, row)));
    let all = all.map(|(path, (method, operation))| Operation {
        path,
        method: method.to_uppercase().parse().unwrap(),
        needs_session: operation["security"] == json!([{ "session": [] }]),
        success: operation["responses"]
            .as_object()
            .unwrap()
            .keys()
            .find(|status| status.starts_with('2'))
            .unwrap()
            .parse()
            .unwrap(),
        body: body(operation),
    });
    all.collect()
}

/// The example body of an operation, with the password of the tests' users.
fn body(operation: &Value) -> Value {
    let mut body = operation["requestBody"]["content"]["application/json"]["example"].clone();
    // A new password must not be the tests' one, which is too common.
    let is_new = body.get("token").is_some();
    for field in ["password", "current_password"].into_iter().filter(|_| !is_new) {
        if let Some(password) = body.get_mut(field) {
            *password = PASSWORD.into();
        }
    }
    body
}

impl Operation {
    /// The expected statuses for: no cookie, garbage, an ended session, an active one, another user's.
    fn expected(&self) -> [u16; 5] {
        let without = if self.needs_session { 401 } else { self.success };
        [without, without, without, self.success, self.success]
    }
}

async fn callers(app: &TestApp) -> [Client<'_>; 5] {
    let ended = app.signed_in().await;
    app.end(&ended, EndReason::SessionRevoked).await;
    let mut other = app.client();
    assert_eq!(other.log_in_as("bob@example.org", PASSWORD).await.status, 200);
    [app.client(), app.client_with("session=garbage"), ended, app.signed_in().await, other]
}

#[actix_web::test]
async fn every_operation_answers_every_kind_of_caller_as_the_route_table_says() {
    let app = TestApp::start_with(&["--session-refresh", "sliding"]).await;
    app.add_user("bob@example.org", "Bob").await;
    for operation in operations() {
        let Operation { path, method, body, .. } = &operation;
        let mut seen = [0; 5];
        for (seen, caller) in seen.iter_mut().zip(callers(&app).await) {
            let path = path.replace("{id}", "no-such-session");
            // Only the status is read, because the event stream does not end.
            let mut body = body.clone();
            if let Some(token) = body.get_mut("token") {
                *token = invite(&app).await.into();
            }
            let request = caller.request(method.clone(), &path).json(&body);
            *seen = request.send().await.unwrap().status().as_u16();
        }
        // This operation may have changed the passwords.
        app.reset_passwords().await;
        assert_eq!(seen, operation.expected(), "{method} {path}");
    }
}

#[test]
fn only_sign_in_sign_out_and_public_operations_work_without_a_session() {
    let paths = DOCUMENT["paths"].as_object().unwrap().values();
    let operations = paths.flat_map(|methods| methods.as_object().unwrap().values());
    let open = operations.filter(|operation| operation["security"] != json!([{ "session": [] }]));
    let open: BTreeSet<_> = open.map(|operation| operation["operationId"].as_str().unwrap()).collect();
    assert_eq!(open, BTreeSet::from(["isAlive", "isReady", "logIn", "logOut", "readOpenApi", "setPassword"]));
}

#[actix_web::test]
async fn the_session_id_of_another_user_ends_nothing() {
    let app = TestApp::start().await;
    app.add_user("bob@example.org", "Bob").await;
    let [.., mut ada, mut bob] = callers(&app).await;
    let theirs: latchkey_shared::Verified = bob.verify().await.json();
    assert_eq!(ada.delete(&format!("/api/sessions/{}", theirs.session.id.0)).await.status, 204);
    assert_eq!(bob.verify().await.status, 200);
}

#[actix_web::test]
async fn every_call_may_name_its_session() {
    let app = TestApp::start().await;
    app.advance(Duration::from_secs(1));
    for Operation { path, method, body, .. } in operations().into_iter().filter(|operation| !operation.method.is_safe())
    {
        let mut client = app.signed_in().await;
        let request = client.request(method.clone(), path).header(api::SESSION_HEADER, "another").json(&body);
        let answer = client.send(request).await;
        assert_eq!((answer.status, answer.set_cookie()), (409, None), "{method} {path}");
        assert_eq!(client.verify().await.status, 200, "{method} {path} did something");
    }
}
