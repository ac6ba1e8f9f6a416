//! Checks the server against the OpenAPI document: every answer that a test gets must be in it, with its status, code, headers and body.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex},
};

use jsonschema::Validator;
use latchkey_actix::testing::openapi;
use latchkey_shared::api;
use reqwest::Method;
use serde_json::Value;

use super::Answer;

pub static DOCUMENT: LazyLock<Value> = LazyLock::new(|| openapi("session"));

/// The headers that the document must have. The others are the same on every answer.
const HEADERS: [&str; 9] = [
    "Set-Cookie",
    "WWW-Authenticate",
    "Retry-After",
    "Allow",
    "Location",
    api::USER_HEADER,
    api::EMAIL_HEADER,
    api::NAME_HEADER,
    api::BUILD_HEADER,
];

/// Asserts that the document has an answer of an API path.
#[track_caller]
pub fn assert_documented(method: &Method, path: &str, answer: &Answer) {
    let Some(operations) = operations_at(path) else { return };
    let name = if method == Method::HEAD { "get" } else { &method.as_str().to_lowercase() };
    let responses = &operations[name]["responses"];
    let response = if responses.is_null() {
        &DOCUMENT["x-other-answers"]["MethodNotAllowed"]
    } else {
        &responses[answer.status.to_string()]
    };
    assert!(!response.is_null(), "not documented: {method} {path}: {answer:?}");
    assert_ne!(answer.status, 500, "documented, but a fault: {method} {path}: {answer:?}");
    for name in HEADERS {
        let documented = &response["headers"][name];
        let required = documented["required"].as_bool().unwrap_or_default();
        let there = answer.header(name).is_some();
        assert!(if there { !documented.is_null() } else { !required }, "{name} of {method} {path}: {answer:?}");
    }
    if method != Method::HEAD {
        assert_content(&response["content"], answer);
    }
}

#[track_caller]
fn assert_content(content: &Value, answer: &Answer) {
    let essence = answer.header("content-type").and_then(|value| value.split(';').next());
    let Some(content) = content.as_object() else {
        assert!(answer.body.is_empty(), "{answer:?}");
        return;
    };
    let media_type = essence.unwrap_or_default();
    let content = content.get(media_type).unwrap_or_else(|| panic!("not documented: {answer:?}"));
    let body = if media_type.ends_with("json") { answer.json() } else { Value::String(answer.text()) };
    let valid = validator(&content["schema"]).validate(&body);
    valid.unwrap_or_else(|error| panic!("{error}: {}", answer.text()));
    if media_type == api::PROBLEM_JSON {
        let code = body["code"].as_str().unwrap();
        assert!(!content["examples"][code].is_null(), "`{code}` is not documented: {}", answer.text());
    }
}

/// The operations of the path template that matches a path.
fn operations_at(path: &str) -> Option<&'static Value> {
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let is_at = |template: &str| {
        let pairs = template.split('/').zip(path.split('/'));
        template.split('/').count() == path.split('/').count()
            && pairs.into_iter().all(|(known, given)| known == given || (known.starts_with('{') && !given.is_empty()))
    };
    paths.iter().find(|(template, _)| is_at(template)).map(|(_, operations)| operations)
}

/// The validator of a schema, compiled once.
fn validator(schema: &Value) -> Arc<Validator> {
    static MADE: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);
    let mut made = MADE.lock().unwrap();
    let make = || {
        let mut schema = schema.clone();
        schema["components"] = DOCUMENT["components"].clone();
        Arc::new(jsonschema::draft202012::options().should_validate_formats(true).build(&schema).unwrap())
    };
    made.entry(schema.to_string()).or_insert_with(make).clone()
}
