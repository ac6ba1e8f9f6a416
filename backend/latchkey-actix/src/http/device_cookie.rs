//! The device cookie marks a browser that has signed in to an account before. It grants no access: failed log-ins from it are counted
//! separately, so that strangers who guess at the account cannot lock its owner out. Only log-in sets it, nothing removes it.

use actix_web::http::header::{HeaderMap, HeaderValue};

use super::cookie::{name_and_attributes, values};
use crate::{domain::token::Token, service::DEVICE_RETENTION, settings::PublicUrl};

/// The cookie's name and attributes.
#[derive(Clone, Debug)]
pub struct DeviceCookie {
    name: String,
    attributes: &'static str,
}

impl DeviceCookie {
    /// The device cookie for a public URL. On https it is bound to the host, like the session cookie.
    #[must_use]
    pub fn new(public_url: &PublicUrl, name: &str) -> Self {
        let (name, attributes) = name_and_attributes(public_url, name);
        Self { name, attributes }
    }

    /// The `Set-Cookie` for a browser that has just signed in.
    #[must_use]
    #[expect(clippy::expect_used, reason = "name, attributes and base64url are visible ASCII")]
    pub fn set(&self, device: &Token) -> HeaderValue {
        let Self { name, attributes } = self;
        let (value, max_age_s) = (device.to_text(), DEVICE_RETENTION.as_secs());
        HeaderValue::try_from(format!("{name}={value}; Max-Age={max_age_s}; {attributes}")).expect("visible ASCII")
    }

    /// The first value of our format. A wrong one is an unknown browser and nothing else.
    #[must_use]
    pub fn presented(&self, headers: &HeaderMap) -> Option<Token> {
        values(headers, &self.name).find_map(Token::parse)
    }
}
