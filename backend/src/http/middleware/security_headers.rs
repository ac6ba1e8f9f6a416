//! The headers that every answer carries: nothing is stored, sniffed, framed or told to other sites unless the answer
//! says otherwise itself, as files and pages do.

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{self, HeaderName, HeaderValue},
    middleware::Next,
    web::Data,
};

use crate::config::PublicUrl;

/// The headers, and whether browsers are told to come by https only.
#[derive(Debug)]
pub struct Headers {
    https: bool,
}

const DEFAULTS: [(HeaderName, &str); 5] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    // Not `no-referrer`: with it, browsers send `Origin: null` with our own mutations.
    (header::REFERRER_POLICY, "same-origin"),
    (header::CROSS_ORIGIN_OPENER_POLICY, "same-origin"),
];

const HSTS: &str = "max-age=31536000";

impl Headers {
    /// The headers of a server.
    #[must_use]
    pub fn new(public_url: &PublicUrl) -> Self {
        Self { https: public_url.is_https() }
    }
}

/// Adds the headers that an answer does not have.
///
/// # Errors
/// None of its own.
pub async fn add<B: MessageBody>(
    config: Data<Headers>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let mut answer = next.call(request).await?;
    let headers = answer.headers_mut();
    for (name, value) in DEFAULTS {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    if config.https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HSTS));
    }
    Ok(answer)
}
