//! Refuses requests that announce a longer body than any route reads, before anything of it arrives. Bodies that do
//! not announce their length are cut off by the extractor that reads them.

use actix_web::http::header::{CONTENT_LENGTH, HeaderMap};
use latchkey_shared::api;

/// Whether a request announces a longer body than is read.
#[must_use]
pub fn is_exceeded(request: &HeaderMap) -> bool {
    let announced = request.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    announced.is_some_and(|length| length > api::MAX_BODY_BYTES as u64)
}
