//! `GET /api/openapi.json`: the contract for programs. The schemas come from the types of `shared`, the problems
//! from the table of errors, the operations from the route table, and the examples are values of those types, so they
//! cannot drift. Only which operation gives which answer is written by hand, and the API's tests compare every answer that they get with
//! the document.

mod forwarded;
mod header;
mod markdown;
mod operation;
mod tags;

pub mod descriptions;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use actix_web::{
    HttpResponse,
    web::{Bytes, Data},
};
use latchkey_shared::{Problem, SessionId, api};
use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Value, json};

use super::cookie::SessionCookie;

pub use operation::{Description, Operation, SessionUse};

const ABOUT: &str = "\
Durations are whole numbers with a unit in their name, instants RFC 3339 in UTC. Errors are RFC 9457 problems: clients \
branch on `code`, `detail` is for users; one code has one status. A check of a session has three possible answers: 200 if it is active, 401 with \
the reason if it is not, and 503 if the server cannot tell at the moment.\n\n\
Every GET except that of the events answers HEAD too. Other paths under `/api` are answered with the response `NotFound` (404), other methods with \
`MethodNotAllowed` (405) in `x-other-answers`. Every answer carries `Cache-Control: no-store` and an `X-Request-Id`. Invalid HTTP gets a 400 without a body, and a \
head that takes too long to arrive a 408.";

/// The serialised document.
#[derive(Clone, Debug)]
pub struct OpenApi(Bytes);

impl OpenApi {
    /// The document of a server, with the name of its cookie.
    #[must_use]
    pub fn new(cookie: &SessionCookie, operations: impl IntoIterator<Item = Operation>) -> Self {
        Self(document(cookie.name(), operations).to_string().into())
    }
}

/// `GET /api/openapi.json`.
pub async fn serve(document: Data<OpenApi>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(document.0.clone())
}

/// The document of a server with this name of the session cookie.
#[must_use]
pub fn document(cookie_name: &str, operations: impl IntoIterator<Item = Operation>) -> Value {
    // Schemas for serialisation: fields that the server always writes are required, even if readers may omit them.
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let mut schemas =
        settings.with(|settings| settings.definitions_path = "/components/schemas".into()).into_generator();
    let mut paths: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
    for operation in operations {
        let methods = paths.entry(operation.path).or_default();
        methods.insert(operation.method.to_lowercase(), operation.to_json(&mut schemas));
    }
    let components = components(&mut schemas, cookie_name);
    let mut document = json!({
        "openapi": "3.1.1",
        "info": {
            "title": "Latchkey", "version": env!("CARGO_PKG_VERSION"), "description": ABOUT,
            "contact": { "name": "Latchkey" },
            "license": { "name": env!("CARGO_PKG_LICENSE"), "identifier": env!("CARGO_PKG_LICENSE") },
        },
        // Relative to the address of this document.
        "servers": [{ "url": "/", "description": "This server." }],
        "tags": tags::all(),
        "paths": paths,
        "components": components,
        "x-other-answers": operation::responses_of_no_operation(),
    });
    markdown::remove_rustdoc(&mut document);
    document
}

fn components(schemas: &mut SchemaGenerator, cookie_name: &str) -> Value {
    let parameters = json!({
        "Id": { "name": "id", "in": "path", "required": true, "schema": schema::<SessionId>(schemas) },
        "Session": {
            "name": api::SESSION_HEADER, "in": "header", "schema": schema::<SessionId>(schemas),
            "description": "The client's session. If the cookie belongs to another one, the answer is 409 and nothing is done.",
        },
        "Activity": {
            "name": api::ACTIVITY_HEADER, "in": "header", "schema": { "type": "string" }, "example": "0",
            "description": "The user was active this many milliseconds ago (now, if it is not a number), which postpones the idle limit. Mutations are activity without it.",
        },
        "KeepCookie": {
            "name": api::KEEP_COOKIE_HEADER, "in": "header", "schema": { "type": "string" }, "example": "1",
            "description": "With any value, a 401 does not remove the cookie. For calls that can overlap with a log-in.",
        },
    });
    let _ = schema::<Problem>(schemas);
    let security = json!({ "session": {
        "type": "apiKey", "in": "cookie", "name": cookie_name,
        "description": "Set by a log-in. A mutation that another site sends with it is refused (403 `cross-site`).",
    }});
    json!({
        "schemas": schemas.take_definitions(true),
        "parameters": parameters,
        "securitySchemes": security,
    })
}

/// A reference to the schema of a type.
fn schema<T: JsonSchema>(schemas: &mut SchemaGenerator) -> Value {
    schemas.subschema_for::<T>().to_value()
}

/// A reference to a component.
fn reference(kind: &str, name: &str) -> Value {
    json!({ "$ref": format!("#/components/{kind}/{name}") })
}
