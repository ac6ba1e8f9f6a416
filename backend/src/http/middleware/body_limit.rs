//! Refuses requests that announce a longer body than any route reads, before anything of it arrives. Bodies that do
//! not announce their length are cut off by the extractor that reads them.

use actix_web::{
    Error, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::CONTENT_LENGTH,
    middleware::Next,
};
use latchkey_shared::api;

use crate::http::error::ApiError;

/// Answers long bodies with 413 `body-too-large`.
///
/// # Errors
/// None of its own.
pub async fn refuse_long_bodies<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let announced = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > api::MAX_BODY_BYTES as u64) {
        return Ok(request.into_response(ApiError::BodyTooLarge.error_response()));
    }
    next.call(request).await.map(ServiceResponse::map_into_boxed_body)
}
