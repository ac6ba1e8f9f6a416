//! Replaces bare errors by problems: actix's own error answers, which have no body or a plain text, and a handler's error status without a
//! body. The text of a 5xx error goes to the log, not to the client. Answers with a body of the app's own are left alone.

use actix_web::{
    ResponseError,
    body::{BodySize, BoxBody, MessageBody},
    dev::ServiceResponse,
    http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue},
};

use crate::http::problem::{Cause, Problem};

/// Replaces the body of a bare error by a problem; its status and its other headers, such as `Allow`, are kept. Other answers are
/// returned unchanged.
#[must_use]
pub fn replace(answer: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    if !is_bare(&answer) {
        return answer;
    }
    let problem = problem(&answer);
    let (request, response) = answer.into_parts();
    let mut replaced = problem.error_response();
    *replaced.status_mut() = response.status();
    let kept = || response.headers().iter().filter(|(name, _)| *name != CONTENT_TYPE && *name != CONTENT_LENGTH);
    for (name, _) in kept() {
        replaced.headers_mut().remove(name);
    }
    for (name, value) in kept() {
        replaced.headers_mut().append(name.clone(), value.clone());
    }
    let cause = response.extensions().get::<Cause>().cloned();
    if let Some(cause) = cause {
        replaced.extensions_mut().insert(cause);
    }
    ServiceResponse::new(request, replaced)
}

fn is_bare(answer: &ServiceResponse<BoxBody>) -> bool {
    let (status, response) = (answer.status(), answer.response());
    if !status.is_client_error() && !status.is_server_error() {
        return false;
    }
    let content_type = response.headers().get(CONTENT_TYPE);
    let is_empty = matches!(response.body().size(), BodySize::None | BodySize::Sized(0));
    let is_text = content_type.is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    is_empty && content_type.is_none() || response.error().is_some() && is_text
}

fn problem(answer: &ServiceResponse<BoxBody>) -> Problem {
    let status = answer.status();
    match answer.response().error() {
        Some(error) => Problem::of_actix_error(error, status),
        None if status == 404 => Problem::of_status(status, "Nothing is at this path."),
        None if status == 405 => match answer.headers().get("allow").map(HeaderValue::to_str) {
            Some(Ok(allow)) => Problem::of_status(status, format!("This path answers {allow} only.")),
            _ => Problem::of_status(status, "This path does not answer this method."),
        },
        None => Problem::of_status(status, format!("{}.", status.canonical_reason().unwrap_or("The request failed"))),
    }
}

#[cfg(test)]
mod tests;
