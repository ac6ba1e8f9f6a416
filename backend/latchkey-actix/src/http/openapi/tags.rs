//! The groups of operations. Generated clients have a module for each.

use latchkey_shared::api;
use serde_json::{Value, json};

/// The groups, with what is in them.
const TAGS: [(&str, &str); 3] = [
    ("sessions", "Beginning, checking, extending and ending sessions."),
    ("account", "The user of the session, and the password."),
    ("server", "The server itself."),
];

/// The list of all groups.
pub fn all() -> Value {
    TAGS.iter().map(|(name, description)| json!({ "name": name, "description": description })).collect()
}

/// The group of the operations of a path.
pub fn of(path: &str) -> &'static str {
    match path {
        api::ME | api::PASSWORD | api::SET_PASSWORD => "account",
        api::OPENAPI | api::HEALTHZ | api::READYZ => "server",
        _ => "sessions",
    }
}
