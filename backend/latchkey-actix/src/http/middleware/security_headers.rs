//! The headers that every answer carries: nothing may be cached, sniffed or framed. An answer that has one of them already, such as a
//! file or a page, keeps its own. Headers for pages only are in `spa/documents.rs`.

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

use crate::settings::PublicUrl;

/// The default headers of every answer, with HSTS if the public URL is https.
#[derive(Debug)]
pub struct SecurityHeaders {
    https: bool,
}

static DEFAULTS: [(HeaderName, HeaderValue); 3] = [
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'")),
];

const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");

impl SecurityHeaders {
    /// The headers for a public URL.
    #[must_use]
    pub fn new(public_url: &PublicUrl) -> Self {
        Self { https: public_url.is_https() }
    }

    /// Adds the headers that an answer does not have.
    pub fn apply_defaults(&self, answer: &mut HeaderMap) {
        self.add(answer, |answer, name| !answer.contains_key(name));
    }

    /// Adds all headers to an answer that has none of them, which spares looking for each.
    pub fn add_all(&self, answer: &mut HeaderMap) {
        self.add(answer, |_, _| true);
    }

    fn add(&self, answer: &mut HeaderMap, is_missing: impl Fn(&HeaderMap, &HeaderName) -> bool) {
        for (name, value) in &DEFAULTS {
            if is_missing(answer, name) {
                answer.append(name.clone(), value.clone());
            }
        }
        if self.https {
            answer.insert(header::STRICT_TRANSPORT_SECURITY, HSTS);
        }
    }
}
