//! The headers of answers in the OpenAPI document.

use latchkey_shared::api;
use serde_json::{Value, json};

use super::reference;

/// A header of an answer, and whether it is always there.
#[derive(Clone, Copy, Debug)]
pub enum Header {
    SetCookie { always: bool },
    Challenge,
    RetryAfter,
    Allow,
    User,
    Email,
    Name,
    Location,
    Build,
}

impl Header {
    /// Its name and the Header Object.
    pub fn to_json(self) -> (&'static str, Value) {
        match self {
            Self::SetCookie { always: true } => (
                "Set-Cookie",
                json!({ "required": true, "schema": { "type": "string" }, "description": "The session cookie." }),
            ),
            Self::SetCookie { always: false } => (
                "Set-Cookie",
                json!({ "schema": { "type": "string" }, "description": "Removes the session cookie, if exactly one value of our format was presented." }),
            ),
            Self::Challenge => (
                "WWW-Authenticate",
                json!({
                    "required": true, "schema": { "type": "string" },
                    "description": "How a client authenticates: with a session.",
                }),
            ),
            Self::RetryAfter => (
                "Retry-After",
                json!({
                    "required": true, "schema": { "type": "integer", "minimum": 1 },
                    "description": "Seconds to wait before the next attempt.",
                }),
            ),
            Self::Allow => (
                "Allow",
                json!({ "required": true, "schema": { "type": "string" }, "description": "The methods of the path." }),
            ),
            Self::Build => (
                api::BUILD_HEADER,
                json!({
                    "schema": { "type": "string" },
                    "description": "The build of the server's app, if it has one. A page of another build is out of date.",
                }),
            ),
            Self::Email => (
                api::EMAIL_HEADER,
                json!({
                    "required": true, "schema": { "type": "string" },
                    "description": "The user's e-mail address. What is not ASCII in it, and `%`, is percent-encoded UTF-8.",
                }),
            ),
            Self::Name => (
                api::NAME_HEADER,
                json!({ "required": true, "schema": { "type": "string" }, "description": "The user's name, percent-encoded UTF-8." }),
            ),
            Self::Location => (
                "Location",
                json!({
                    "required": true, "schema": { "type": "string", "format": "uri-reference" },
                    "description": "The sign-in page, which is told the reason and the way back.",
                }),
            ),
            Self::User => (
                api::USER_HEADER,
                json!({
                    "required": true, "schema": reference("schemas", "UserId"),
                    "description": "The id of the session's user, for reverse proxies, which can pass on headers but not bodies.",
                }),
            ),
        }
    }
}
