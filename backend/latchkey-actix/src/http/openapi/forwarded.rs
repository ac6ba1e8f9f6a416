//! What a reverse proxy says in its question, in the OpenAPI document.

use latchkey_shared::api;
use serde_json::{Value, json};

/// What OpenAPI cannot say: any number of segments in a path, and `Accept` as a parameter.
pub const ABOUT: &str = "Checks for a reverse proxy whether a request may reach another program. Any answer but a 200 is for the client. \
     A user waits for a page, and is sent to sign in, if the request has `Sec-Fetch-Mode: navigate`; without that header, if `Accept` names \
     `text/html` and there is no `X-Requested-With`. `/api/forward-auth/{path}`, with the path of the request after the slash, gives the same \
     answers to every method, for Envoy.";

/// The parameters of the question, beside the cookie.
pub fn parameters() -> Vec<Value> {
    let header = |name: &str, example: &str, description: &str| {
        json!({
            "name": name, "in": "header", "schema": { "type": "string" }, "example": example, "description": description,
        })
    };
    let uri = "The path and query of the request, for the way back after signing in. From trusted proxies only; two different values are none.";
    let method = "The method of the request. If it is neither GET nor HEAD, the way back is the program's first page.";
    vec![
        json!({
            "name": api::EXPLAIN_PARAMETER, "in": "query", "schema": { "type": "string" }, "allowEmptyValue": true, "example": "1",
            "description": "With any value: the proxy was refused, and asks for the answer to pass on. If the session is active, the answer is then a 503 and not a 200.",
        }),
        header("Sec-Fetch-Mode", "navigate", "Browsers say `navigate` when they open a page."),
        header(
            "X-Requested-With",
            "XMLHttpRequest",
            "With any value, the request is a program's, unless `Sec-Fetch-Mode` says otherwise.",
        ),
        header("X-Forwarded-Uri", "/reports/?x=1", uri),
        header("X-Original-URI", "/reports/?x=1", uri),
        header("X-Forwarded-Method", "GET", method),
        header("X-Original-Method", "GET", method),
    ]
}
