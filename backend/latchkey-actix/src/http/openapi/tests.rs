//! The document is consistent in itself. That it describes the server correctly is checked by the API's tests.

use jsonschema::Validator;
use latchkey_shared::{EndReason, ErrorCode};
use serde_json::Value;

use super::*;

fn the_document() -> Value {
    crate::http::routes::openapi("session")
}

/// The schema at a place of the document, with the document's components within reach.
fn validator(schema: &Value) -> Validator {
    let mut schema = schema.clone();
    schema["components"] = the_document()["components"].clone();
    let options = jsonschema::draft202012::options().should_validate_formats(true);
    options.build(&schema).unwrap()
}

/// Every object of the document that has a schema and says what goes with it.
fn with_schema<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
    if value.get("schema").is_some() {
        found.push(value);
    }
    match value {
        Value::Object(fields) => fields.values().for_each(|value| with_schema(value, found)),
        Value::Array(items) => items.iter().for_each(|value| with_schema(value, found)),
        _ => {}
    }
}

#[test]
fn every_example_is_valid() {
    let document = the_document();
    let mut found = Vec::new();
    with_schema(&document, &mut found);
    let mut examples = 0;
    for place in found {
        let validator = validator(&place["schema"]);
        let several = place.get("examples").and_then(Value::as_object);
        let several = several.into_iter().flat_map(|examples| examples.values()).map(|example| &example["value"]);
        for example in place.get("example").into_iter().chain(several) {
            validator.validate(example).unwrap_or_else(|error| panic!("{error}: {example}"));
            examples += 1;
        }
    }
    assert!(examples > 100, "{examples}");
}

#[test]
fn every_reference_has_a_target() {
    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                found.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
                fields.values().for_each(|value| references(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }
    let document = the_document();
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 50);
    for reference in found {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

#[test]
fn the_schemas_match_the_servers_rules() {
    let document = the_document();
    let validator = |name: &str| validator(&document["components"]["schemas"][name]);
    let name = |name: &str| validator("ProfileChange").is_valid(&json!({ "name": name }));
    for text in ["Ada", " Ada ", "Ada Lovelace", "é", &"x".repeat(100), "", "  ", "a\nb", "\u{85}", &"x".repeat(101)] {
        assert_eq!(name(text), crate::domain::validation::check_name(text).is_ok(), "{text:?}");
    }
    let password = |text: &str| json!({ "current_password": "x", "new_password": text });
    for text in ["twelve chars", "elevenchars", &"é".repeat(128), &"é".repeat(129)] {
        let valid = validator("PasswordChange").is_valid(&password(text));
        assert_eq!(valid, crate::domain::validation::check_new_password(text).is_ok(), "{text:?}");
    }
    let login = |email: &str| json!({ "email": email, "password": "x" });
    for text in [
        "ada@example.org",
        "ä@ö.example",
        "a@localhost",
        " Ada@Example.org ",
        "a@b@c",
        "ada",
        "",
        "ada@",
        "@b",
        "a b@example.org",
        "a\u{1}@b",
        "a@b\u{85}c",
    ] {
        let valid = validator("Login").is_valid(&login(text));
        assert_eq!(valid, crate::domain::email::normalise(text).is_some(), "{text:?}");
    }
    assert!(!validator("ProfileChange").is_valid(&json!({ "name": "Ada", "email": "x" })));
}

/// Every value of the document under a name, wherever it is.
fn all_named<'a>(name: &str, value: &'a Value, found: &mut Vec<&'a Value>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get(name));
            fields.values().for_each(|value| all_named(name, value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| all_named(name, value, found)),
        _ => {}
    }
}

#[test]
fn enumerations_are_strings_with_distinct_values() {
    let document = the_document();
    let schemas = &document["components"]["schemas"];
    assert_eq!(schemas["ErrorCode"]["enum"].as_array().unwrap().len(), ErrorCode::ALL.len());
    assert_eq!(schemas["EndReason"]["enum"].as_array().unwrap().len(), EndReason::ALL.len());
    for name in ["ErrorCode", "EndReason"] {
        assert_eq!((schemas[name]["type"].as_str(), schemas[name].get("oneOf")), (Some("string"), None), "{name}");
    }
    let mut enums = Vec::new();
    all_named("enum", &document, &mut enums);
    for values in enums {
        let values: Vec<_> = values.as_array().unwrap().iter().map(Value::to_string).collect();
        let distinct: std::collections::BTreeSet<_> = values.iter().collect();
        assert_eq!(distinct.len(), values.len(), "{values:?}");
    }
}

#[test]
fn every_problem_is_a_bare_reference() {
    let document = the_document();
    let mut contents = Vec::new();
    all_named("application/problem+json", &document, &mut contents);
    assert!(contents.len() > 50);
    for content in contents {
        assert_eq!(content["schema"], json!({ "$ref": "#/components/schemas/Problem" }));
    }
}

#[test]
fn a_proxys_question_has_everything_on_which_its_answer_depends() {
    let document = the_document();
    let question = &document["paths"]["/api/forward-auth"]["get"];
    let parameters = question["parameters"].as_array().unwrap();
    let is_there = |kind: &str, name: &str| {
        parameters.iter().any(|parameter| parameter["in"] == kind && parameter["name"].as_str() == Some(name))
    };
    assert!(is_there("query", "explain"));
    for name in [
        "Sec-Fetch-Mode",
        "X-Requested-With",
        "X-Forwarded-Uri",
        "X-Original-URI",
        "X-Forwarded-Method",
        "X-Original-Method",
    ] {
        assert!(is_there("header", name), "{name}");
    }
    let about = question["description"].as_str().unwrap();
    assert!(about.contains("`Accept`") && about.contains("/api/forward-auth/{path}"), "{about}");
}

#[test]
fn every_operation_may_fail() {
    let document = the_document();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let failed = &operation["responses"]["500"];
            assert_eq!(failed["description"], "internal", "{method} {path}");
        }
    }
}

#[test]
fn every_component_is_used() {
    let document = the_document();
    let text = document.to_string();
    for (kind, components) in document["components"].as_object().unwrap() {
        for name in components.as_object().unwrap().keys().filter(|_| kind != "securitySchemes") {
            assert!(text.contains(&format!("\"#/components/{kind}/{name}\"")), "{kind} {name}");
        }
    }
}

#[test]
fn no_description_has_links_to_rust_items() {
    let document = the_document();
    let mut descriptions = Vec::new();
    all_named("description", &document, &mut descriptions);
    assert!(descriptions.len() > 100);
    for description in descriptions.iter().filter_map(|description| description.as_str()) {
        assert!(
            !description.contains("](") && !description.contains("[`") && !description.contains("::"),
            "{description}"
        );
    }
}

#[test]
fn every_code_is_in_the_document() {
    let text = the_document().to_string();
    for code in ErrorCode::ALL {
        assert!(text.contains(&format!(r#""{}":{{"value""#, code.as_str())), "{code:?}");
    }
}

#[test]
fn the_document_names_the_servers_cookie() {
    let name = |name| crate::http::routes::openapi(name)["components"]["securitySchemes"]["session"]["name"].clone();
    assert_eq!((name("session"), name("__Host-session")), (json!("session"), json!("__Host-session")));
}
