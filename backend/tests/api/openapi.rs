//! `GET /api/openapi.json`. `support/contract.rs` checks every answer in all tests against the document.

use std::collections::BTreeSet;

use latchkey_shared::api;
use reqwest::Method;
use serde_json::Value;

use crate::support::{TestApp, contract::DOCUMENT};

/// Path and method of all operations.
fn operations() -> BTreeSet<(String, String)> {
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let pairs = paths.iter().flat_map(|(path, operations)| {
        let methods = operations.as_object().unwrap().keys();
        methods.map(move |method| (path.clone(), method.to_uppercase()))
    });
    pairs.collect()
}

#[actix_web::test]
async fn the_server_serves_its_document() {
    let app = TestApp::start().await;
    let answer = app.client().get(api::OPENAPI).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, Some("no-store")));
    assert_eq!(answer.json::<Value>(), *DOCUMENT);
}

#[actix_web::test]
async fn on_https_the_document_names_the_host_cookie() {
    let app = TestApp::start_with(&["--public-url", "https://app.example"]).await;
    let document: Value = app.client().get(api::OPENAPI).await.json();
    assert_eq!(document["components"]["securitySchemes"]["session"]["name"], "__Host-session");
}

#[actix_web::test]
async fn every_method_of_a_route_is_documented() {
    let app = TestApp::start().await;
    let paths: BTreeSet<_> = operations().into_iter().map(|(path, _)| path).collect();
    for path in paths {
        let request = app.client().request(Method::OPTIONS, &path.replace("{id}", "x"));
        let answer = app.client().send(request).await;
        let allowed = answer.header("allow").unwrap().split(", ").filter(|method| *method != "HEAD");
        let documented = operations().into_iter().filter(|(at, _)| *at == path);
        assert_eq!(
            allowed.map(str::to_owned).collect::<BTreeSet<_>>(),
            documented.map(|(_, method)| method).collect(),
            "{path}"
        );
    }
}
