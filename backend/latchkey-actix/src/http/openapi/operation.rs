//! An operation of the API: its request and all of its answers. Answers that operations have in common follow from their method, session
//! and body.

use std::collections::BTreeMap;

use latchkey_shared::{EndReason, Problem, api};
use schemars::{JsonSchema, SchemaGenerator};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{forwarded, header::Header, reference, schema, tags};
use crate::{http::error::ApiError, service::StoreError};

/// Whether an operation needs a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionUse {
    /// It ignores the session.
    Ignored,
    /// It uses the session if there is one.
    Optional,
    /// It answers 401 unless there is an active session.
    Required,
    /// The same, for the request of another program: it ignores `X-Session`, keeps the cookie, and leads users to the sign-in page.
    Forwarded,
}

/// One method of one path in the OpenAPI document.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// The method, in capitals.
    pub method: &'static str,
    /// The path, with `{id}` for a parameter.
    pub path: &'static str,
    /// Whether it needs a session.
    pub session: SessionUse,
    /// Makes its description; types in it are added to the schemas.
    pub describe: fn(&mut SchemaGenerator) -> Description,
}

/// The specific part of an operation: its body and its answers.
#[derive(Debug)]
pub struct Description {
    /// Its name in camel case, for generated clients.
    pub id: &'static str,
    /// What it does, in a sentence.
    pub summary: &'static str,
    /// The request's body, if it takes one.
    pub body: Option<Content>,
    /// The successful answer.
    pub success: Success,
    /// Further problems, besides those that follow from the method, the session and the body.
    pub problems: Vec<ApiError>,
}

/// The successful answer of an operation.
#[derive(Debug)]
pub struct Success {
    pub status: u16,
    pub description: &'static str,
    pub content: Option<Content>,
    pub header: Option<Header>,
}

/// A body: its media type, its schema and an example.
#[derive(Debug)]
pub struct Content {
    media_type: &'static str,
    schema: Value,
    example: Option<Value>,
}

impl Content {
    /// A JSON body with the schema of a type, and a value of it as the example.
    pub fn json<T: JsonSchema + Serialize>(schemas: &mut SchemaGenerator, example: &T) -> Self {
        Self {
            media_type: "application/json",
            schema: schema::<T>(schemas),
            example: serde_json::to_value(example).ok(),
        }
    }

    /// A body without a Rust type.
    pub fn other(media_type: &'static str, schema: Value) -> Self {
        Self { media_type, schema, example: None }
    }

    fn to_json(&self) -> Value {
        let mut content = json!({ "schema": self.schema });
        if let Some(example) = &self.example {
            content["example"] = example.clone();
        }
        json!({ self.media_type: content })
    }
}

impl Operation {
    /// The Operation Object.
    pub fn to_json(self, schemas: &mut SchemaGenerator) -> Value {
        let description = (self.describe)(schemas);
        let mut operation = json!({
            "operationId": description.id,
            "summary": title(description.id),
            "description": description.summary,
            "tags": [tags::of(self.path)],
            "security": match self.session {
                SessionUse::Ignored => json!([]),
                SessionUse::Optional => json!([{}, { "session": [] }]),
                SessionUse::Required | SessionUse::Forwarded => json!([{ "session": [] }]),
            },
            "parameters": self.parameters(),
            "responses": self.responses(&description),
        });
        if let Some(body) = &description.body {
            operation["requestBody"] = json!({ "required": true, "content": body.to_json() });
        }
        operation
    }

    fn needs_session(&self) -> bool {
        matches!(self.session, SessionUse::Required | SessionUse::Forwarded)
    }

    fn is_mutation(&self) -> bool {
        self.method != "GET"
    }

    fn parameters(&self) -> Vec<Value> {
        let names = [
            ("Id", self.path.contains("{id}")),
            ("Session", matches!(self.session, SessionUse::Optional | SessionUse::Required)),
            // A mutation is always activity.
            ("Activity", self.needs_session() && !self.is_mutation()),
            ("KeepCookie", self.session == SessionUse::Required),
        ];
        let names = names.into_iter().filter(|(_, applies)| *applies);
        let common = names.map(|(name, _)| reference("parameters", name));
        let of_proxies = if self.session == SessionUse::Forwarded { forwarded::parameters() } else { Vec::new() };
        common.chain(of_proxies).collect()
    }

    fn responses(&self, description: &Description) -> BTreeMap<u16, Value> {
        let mut by_status: BTreeMap<u16, Vec<Problem>> = BTreeMap::new();
        for problem in description.problems.iter().chain(&self.problems_of_the_kind(description)) {
            let problem = problem.to_problem().body().clone();
            by_status.entry(problem.status).or_default().push(problem);
        }
        let build = (self.path == api::VERIFY_SESSION).then_some(Header::Build);
        let problems = by_status.into_iter().map(|(status, problems)| {
            let headers: &[Header] = match status {
                // Only a 401 about the session may remove its cookie.
                401 if self.session == SessionUse::Required => {
                    &[Header::Challenge, Header::SetCookie { always: false }]
                }
                401 => &[Header::Challenge],
                429 | 503 => &[Header::RetryAfter],
                _ => &[],
            };
            let mut response = problem_response(&problems, headers.iter().copied().chain(build));
            if status == 503 && self.session == SessionUse::Forwarded {
                response["content"]["text/html"] = json!({ "schema": { "type": "string" } });
            }
            (status, response)
        });
        let is_forwarded = self.session == SessionUse::Forwarded;
        let redirect = is_forwarded
            .then(|| (303, response("For a user who waits for a page: sign in.", None, [Header::Location])));
        let user: &[Header] = if is_forwarded { &[Header::Email, Header::Name] } else { &[] };
        let content = description.success.content.as_ref().map(Content::to_json);
        let headers = description.success.header.into_iter().chain(user.iter().copied()).chain(build);
        let success = response(description.success.description, content, headers);
        problems.chain(redirect).chain([(description.success.status, success)]).collect()
    }

    /// The problems of every operation with this method, session and body.
    fn problems_of_the_kind(&self, description: &Description) -> Vec<ApiError> {
        // `NotMounted` stands for every error that answers 500.
        let mut problems = vec![ApiError::BodyTooLarge { limit: api::MAX_BODY_BYTES }, ApiError::NotMounted];
        if self.is_mutation() {
            problems.push(ApiError::CrossSite);
        }
        if description.body.is_some() {
            problems.extend([
                ApiError::Malformed("expected value at line 1 column 1".into()),
                ApiError::RequestTimeout,
                ApiError::UnsupportedMediaType,
                ApiError::Unacceptable("The body must be a JSON object.".into()),
            ]);
        }
        if matches!(self.session, SessionUse::Optional | SessionUse::Required) {
            problems.push(ApiError::SessionChanged);
        }
        if self.session != SessionUse::Ignored {
            problems.push(StoreError("no answer".into()).into());
        }
        if self.needs_session() {
            problems.extend(EndReason::ALL.map(|reason| ApiError::Unauthorized { reason, removal: None }));
        }
        problems
    }
}

/// The id of an operation in words, such as `Log in` for `logIn`.
fn title(id: &str) -> String {
    let mut title = String::new();
    for (index, character) in id.char_indices() {
        match (index, character.is_ascii_uppercase()) {
            (0, _) => title.push(character.to_ascii_uppercase()),
            (_, true) => title.extend([' ', character.to_ascii_lowercase()]),
            (_, false) => title.push(character),
        }
    }
    title
}

/// The answers to other paths and other methods.
pub fn responses_of_no_operation() -> Value {
    let not_found = ApiError::NotFound("Nothing is at this path.").to_problem();
    let method_not_allowed = ApiError::MethodNotAllowed { allow: "GET, HEAD".into() }.to_problem();
    json!({
        "NotFound": problem_response(&[not_found.body().clone()], None),
        "MethodNotAllowed": problem_response(&[method_not_allowed.body().clone()], Some(Header::Allow)),
    })
}

/// The answer with one of some problems, which share a status.
fn problem_response(problems: &[Problem], headers: impl IntoIterator<Item = Header>) -> Value {
    let mut codes: Vec<_> = problems.iter().map(|problem| problem.code.as_str()).collect();
    codes.dedup();
    let examples: Map<_, _> =
        problems.iter().map(|problem| (problem.code.as_str().into(), json!({ "value": problem }))).collect();
    // Nothing beside the reference: generators of clients would ignore one of the two. The examples say which codes there are.
    let content = json!({ api::PROBLEM_JSON: { "schema": reference("schemas", "Problem"), "examples": examples } });
    response(&codes.join(", "), Some(content), headers)
}

/// The Response Object.
fn response(description: &str, content: Option<Value>, headers: impl IntoIterator<Item = Header>) -> Value {
    let mut response = json!({ "description": description });
    if let Some(content) = content {
        response["content"] = content;
    }
    for (name, object) in headers.into_iter().map(Header::to_json) {
        response["headers"][name] = object;
    }
    response
}
