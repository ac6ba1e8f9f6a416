//! The headers that every answer carries: nothing is stored, sniffed, framed or told to other sites unless the answer
//! says otherwise itself, as files and pages do.

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

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

    /// Adds those that an answer does not have.
    pub fn complete(&self, answer: &mut HeaderMap) {
        for (name, value) in DEFAULTS {
            if !answer.contains_key(&name) {
                answer.insert(name, HeaderValue::from_static(value));
            }
        }
        if self.https {
            answer.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HSTS));
        }
    }
}
