//! Makes actix's own extractors reject requests with problems too.

use actix_web::{
    HttpRequest, ResponseError,
    error::{JsonPayloadError, UrlencodedError},
    web::{FormConfig, JsonConfig, PathConfig, PayloadConfig, QueryConfig, ServiceConfig},
};
use latchkey_shared::api;

use crate::http::problem::Problem;

/// Registers error handlers and a body limit of 16 KiB for an app. Settings of a resource or scope take precedence.
pub fn register_error_handlers(config: &mut ServiceConfig) {
    let limit = api::MAX_BODY_BYTES;
    config
        .app_data(PathConfig::default().error_handler(|_, _| Problem::not_found("Nothing is at this path.").into()))
        .app_data(
            QueryConfig::default().error_handler(|error, _| {
                Problem::unacceptable(format!("The query is not acceptable: {error}.")).into()
            }),
        )
        .app_data(JsonConfig::default().limit(limit).error_handler(|error, _| of_json(&error).into()))
        .app_data(FormConfig::default().limit(limit).error_handler(of_form))
        .app_data(PayloadConfig::default().limit(limit));
}

fn of_json(error: &JsonPayloadError) -> Problem {
    match error {
        JsonPayloadError::Deserialize(error) if error.is_data() => {
            Problem::unacceptable(format!("The body is not acceptable: {error}."))
        }
        JsonPayloadError::ContentType => Problem::of_status(
            actix_web::http::StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "The body must be JSON: send it with Content-Type: application/json.",
        ),
        error => Problem::of_status(error.status_code(), format!("{error}.")),
    }
}

fn of_form(error: UrlencodedError, _: &HttpRequest) -> actix_web::Error {
    let problem = match &error {
        UrlencodedError::Parse(error) => Problem::unacceptable(format!("The form is not acceptable: {error}.")),
        error => Problem::of_status(error.status_code(), format!("{error}.")),
    };
    problem.into()
}
