//! Who may call what: every path of the API, for every kind of caller. A path that is not in the table fails.

use std::{collections::BTreeSet, time::Duration};

use latchkey_shared::{EndReason, api};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Client, EMAIL, PASSWORD, TestApp};

/// Path, method, body, and the status for: no cookie, garbage, an ended session, an active one, another user's.
pub type Row = (&'static str, Method, Value, [u16; 5]);

pub fn table() -> Vec<Row> {
    let needs = |success: u16| [401, 401, 401, success, success];
    let anybody = |success: u16| [success; 5];
    let login = json!({"email": EMAIL, "password": PASSWORD});
    let password = json!({"current_password": PASSWORD, "new_password": "another fine password"});
    vec![
        (api::LOGIN, Method::POST, login, anybody(200)),
        (api::VERIFY_SESSION, Method::GET, Value::Null, needs(200)),
        (api::LOGOUT, Method::POST, Value::Null, anybody(204)),
        (api::REFRESH_SESSION, Method::POST, Value::Null, needs(409)),
        (api::ME, Method::GET, Value::Null, needs(200)),
        (api::ME, Method::PATCH, json!({"name": "Name"}), needs(200)),
        (api::PASSWORD, Method::POST, password, needs(200)),
        (api::SESSIONS, Method::GET, Value::Null, needs(200)),
        (api::SESSIONS, Method::DELETE, Value::Null, needs(200)),
        (api::SESSION, Method::DELETE, Value::Null, needs(204)),
        (api::SESSION_EVENTS, Method::GET, Value::Null, needs(200)),
        (api::OPENAPI, Method::GET, Value::Null, anybody(200)),
        (api::HEALTHZ, Method::GET, Value::Null, anybody(200)),
        (api::READYZ, Method::GET, Value::Null, anybody(200)),
    ]
}

async fn callers(app: &TestApp) -> [Client<'_>; 5] {
    let ended = app.signed_in().await;
    app.end(&ended, EndReason::SessionRevoked).await;
    let mut other = app.client();
    assert_eq!(other.log_in_as("bob@example.org", PASSWORD).await.status, 200);
    [app.client(), app.client_with("session=garbage"), ended, app.signed_in().await, other]
}

#[actix_web::test]
async fn every_route_answers_every_caller_as_the_table_says() {
    let app = TestApp::start().await;
    app.add_user("bob@example.org", "Bob").await;
    for (path, method, body, expected) in table() {
        let mut seen = [0; 5];
        for (seen, caller) in seen.iter_mut().zip(callers(&app).await) {
            let path = path.replace("{id}", "no-such-session");
            // The status is enough: the event stream has no end.
            let request = caller.request(method.clone(), &path).json(&body);
            *seen = request.send().await.unwrap().status().as_u16();
        }
        // The next row begins with the passwords that this one may have changed.
        app.reset_passwords().await;
        assert_eq!(seen, expected, "{method} {path}");
    }
}

#[test]
fn every_route_is_in_the_table() {
    let source = include_str!("../../latchkey-actix/src/http/routes.rs");
    let routes = source.split(".service(resource(").skip(1).filter_map(|rest| rest.split(',').next());
    let routes: BTreeSet<_> = routes.map(str::trim).collect();
    let names = include_str!("../../../shared/src/api.rs").lines().filter_map(|line| line.strip_prefix("pub const "));
    let paths = names.filter_map(|line| line.split_once(": &str = \"/"));
    let paths: Vec<_> =
        paths.map(|(name, path)| (format!("api::{name}"), format!("/{}", path.trim_end_matches("\";")))).collect();
    assert!(routes.len() > 5, "{routes:?}");
    for route in routes {
        let (_, path) =
            paths.iter().find(|(name, _)| name == route).unwrap_or_else(|| panic!("{route} is not in shared"));
        assert!(table().iter().any(|(known, ..)| known == path), "{path} is not in the table");
    }
}

#[actix_web::test]
async fn a_handle_of_another_user_ends_nothing() {
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
    for (path, method, body, [none, ..]) in table().into_iter().filter(|(_, method, ..)| !method.is_safe()) {
        let mut client = app.signed_in().await;
        let request = client.request(method.clone(), path).header(api::SESSION_HEADER, "another").json(&body);
        let answer = client.send(request).await;
        assert_eq!((answer.status, answer.set_cookie()), (409, None), "{method} {path} {none}");
        assert_eq!(client.verify().await.status, 200, "{method} {path} did something");
    }
}
