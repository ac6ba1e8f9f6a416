//! The headers that every answer carries: nothing is stored, sniffed or framed unless the answer says otherwise itself, as
//! files and pages do. What means something only for a page stands in `documents.rs`.

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

use crate::settings::PublicUrl;

/// The headers, and whether browsers are told to come by https only.
#[derive(Debug)]
pub struct SecurityHeaders {
    https: bool,
}

const DEFAULTS: [(HeaderName, HeaderValue); 3] = [
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'")),
];

const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");

impl SecurityHeaders {
    /// The headers of a server.
    #[must_use]
    pub fn new(public_url: &PublicUrl) -> Self {
        Self { https: public_url.is_https() }
    }

    /// Adds those that an answer does not have.
    pub fn apply_defaults(&self, answer: &mut HeaderMap) {
        for (name, value) in DEFAULTS {
            if !answer.contains_key(&name) {
                answer.insert(name, value);
            }
        }
        if self.https {
            answer.insert(header::STRICT_TRANSPORT_SECURITY, HSTS);
        }
    }
}
