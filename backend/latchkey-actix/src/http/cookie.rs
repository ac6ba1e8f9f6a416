//! The session cookie: how it is set, removed and read. Only log-in sets it; only log-out and a 401 remove it.

use std::time::Duration;

use actix_web::http::header::{self, HeaderMap, HeaderValue};

use crate::{
    domain::token::Token,
    settings::{CookieName, PublicUrl},
};

/// How much longer the cookie lives than its session, so that a browser that comes back late gets `session-expired` and not
/// `session-missing`.
const OUTLIVES_SESSION_BY: Duration = Duration::from_secs(24 * 60 * 60);

/// The cookie's name and attributes.
#[derive(Clone, Debug)]
pub struct SessionCookie {
    name: String,
    attributes: &'static str,
    max_age_s: u64,
}

/// The values that a request presented under the cookie's name, evaluated.
#[derive(Debug)]
pub struct Presented {
    /// The token, if there is exactly one that may have been issued.
    pub token: Option<Token>,
    /// Whether a 401 may remove the cookie: there was exactly one value of our format. A value of another format belongs to another
    /// program, and if two of ours differ, one was planted, perhaps by a sibling domain: the removal would leave that one.
    pub removable: bool,
}

impl SessionCookie {
    /// The cookie for a public URL: `__Host-session; Secure` on https, and `session` on plain http, where Safari drops `Secure`
    /// cookies, also on localhost. `name` takes the place of `session`.
    #[must_use]
    pub fn new(public_url: &PublicUrl, name: &CookieName, session_lifetime: Duration) -> Self {
        let (name, attributes) = name_and_attributes(public_url, name.as_str());
        Self { name, attributes, max_age_s: (session_lifetime + OUTLIVES_SESSION_BY).as_secs() }
    }

    /// The cookie's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The `Set-Cookie` of a session that is remembered.
    #[must_use]
    pub fn set(&self, token: &Token) -> HeaderValue {
        self.header(&token.to_text(), Some(self.max_age_s))
    }

    /// The `Set-Cookie` of a session that is not remembered: without `Max-Age`, the browser deletes it when it is closed.
    #[must_use]
    pub fn set_until_browser_closes(&self, token: &Token) -> HeaderValue {
        self.header(&token.to_text(), None)
    }

    /// The `Set-Cookie` that removes the cookie.
    #[must_use]
    pub fn removal(&self) -> HeaderValue {
        self.header("", Some(0))
    }

    #[expect(clippy::expect_used, reason = "name, attributes and base64url are visible ASCII")]
    fn header(&self, value: &str, max_age_s: Option<u64>) -> HeaderValue {
        let Self { name, attributes, .. } = self;
        let max_age = max_age_s.map_or_else(String::new, |seconds| format!("Max-Age={seconds}; "));
        HeaderValue::try_from(format!("{name}={value}; {max_age}{attributes}")).expect("visible ASCII")
    }

    /// Whether the browser that sent a request would not keep the cookie: the public URL is https, and the page was opened over plain
    /// http. On loopback, browsers keep it.
    #[must_use]
    pub fn is_dropped_by_sender_of(&self, headers: &HeaderMap) -> bool {
        let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
        let Some(authority) = origin.and_then(|origin| origin.strip_prefix("http://")) else { return false };
        let host =
            authority.rsplit_once(':').filter(|(_, port)| !port.ends_with(']')).map_or(authority, |(host, _)| host);
        let is_loopback =
            host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.") || host == "[::1]";
        self.attributes.ends_with("Secure") && !is_loopback
    }

    /// Evaluates what a request presented. Two different values of our format are ambiguous, so neither is used.
    #[must_use]
    pub fn presented(&self, headers: &HeaderMap) -> Presented {
        let mut ours = values(headers, &self.name).filter(|value| Token::has_token_format(value));
        let only = ours.next().filter(|first| ours.all(|other| other == *first));
        Presented { token: only.and_then(Token::parse), removable: only.is_some() }
    }
}

/// A cookie's full name and its attributes. On https the `__Host-` prefix makes sure that no other host has set it.
pub fn name_and_attributes(public_url: &PublicUrl, name: &str) -> (String, &'static str) {
    if public_url.is_https() {
        (format!("__Host-{name}"), "HttpOnly; SameSite=Lax; Path=/; Secure")
    } else {
        (name.to_owned(), "HttpOnly; SameSite=Lax; Path=/")
    }
}

/// All values with a name in a request's `Cookie` headers.
pub fn values<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = &'a [u8]> {
    let pairs = headers.get_all(header::COOKIE).flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
    pairs.map(<[u8]>::trim_ascii).filter_map(move |pair| pair.strip_prefix(name.as_bytes())?.strip_prefix(b"="))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderName;
    use proptest::prelude::*;

    use super::*;

    fn cookie(url: &str) -> SessionCookie {
        SessionCookie::new(&url.parse().unwrap(), &"session".parse().unwrap(), Duration::from_secs(7 * 86_400))
    }

    fn present(line: &str) -> (Option<String>, bool) {
        let mut headers = HeaderMap::new();
        headers.insert(HeaderName::from_static("cookie"), HeaderValue::try_from(line).unwrap());
        let presented = cookie("http://localhost").presented(&headers);
        (presented.token.map(|token| token.to_text()), presented.removable)
    }

    #[test]
    fn on_https_the_cookie_is_bound_to_the_host() {
        let token = Token::random();
        assert_eq!(
            cookie("https://a.example").set(&token),
            format!("__Host-session={}; Max-Age=691200; HttpOnly; SameSite=Lax; Path=/; Secure", token.to_text()),
        );
        assert_eq!(
            cookie("https://a.example").set_until_browser_closes(&token),
            format!("__Host-session={}; HttpOnly; SameSite=Lax; Path=/; Secure", token.to_text()),
        );
        assert_eq!(
            cookie("https://a.example").removal(),
            "__Host-session=; Max-Age=0; HttpOnly; SameSite=Lax; Path=/; Secure",
        );
        assert_eq!(cookie("http://a.example").removal(), "session=; Max-Age=0; HttpOnly; SameSite=Lax; Path=/");
    }

    #[test]
    fn a_token_is_found_among_other_cookies_and_beside_garbage() {
        let (a, b) = (Token::random().to_text(), Token::random().to_text());
        let found = (Some(a.clone()), true);
        assert_eq!(present(&format!("theme=dark; session={a}; x=y")), found);
        assert_eq!(present(&format!("session={a};session={a}")), found, "the same twice");
        assert_eq!(present(&format!("session=garbage; session={a}")), found);
        assert_eq!(present(&format!("session={a}; session={b}")), (None, false), "no telling which");
        assert_eq!(present(&format!("mysession={a}; Session={a}; sessio={a}")), (None, false));
    }

    #[test]
    fn a_value_of_another_program_is_left_alone() {
        let a = Token::random().to_text();
        for theirs in ["", "=", "%20", "garbage", "s%3Aabc.def", &a[1..], &format!("{a}A"), &a.replace(&a[..1], "+")] {
            assert_eq!(present(&format!("session={theirs}")), (None, false), "{theirs}");
        }
        assert_eq!(present(&format!("session={}B", "A".repeat(42))), (None, true), "our format, but never issued");
    }

    #[test]
    fn a_cookie_has_the_configured_name() {
        let cookie = |url: &str| SessionCookie::new(&url.parse().unwrap(), &"app.sid".parse().unwrap(), Duration::ZERO);
        assert_eq!(cookie("http://a.example").name(), "app.sid");
        assert_eq!(cookie("https://a.example").name(), "__Host-app.sid");
    }

    #[test]
    fn browsers_drop_the_cookie_of_https_on_a_page_of_plain_http() {
        let dropped = |url: &str, origin: &'static str| {
            let headers = [(header::ORIGIN, HeaderValue::from_static(origin))].into_iter().collect();
            cookie(url).is_dropped_by_sender_of(&headers)
        };
        for origin in [
            "http://app.example",
            "http://app.example:8080",
            "http://192.0.2.7",
            "http://[2001:db8::1]",
            "http://localhost.example",
        ] {
            assert!(dropped("https://app.example", origin), "{origin}");
            assert!(!dropped("http://app.example", origin), "{origin}");
        }
        for origin in [
            "https://app.example",
            "null",
            "http://localhost:8080",
            "http://127.0.0.1",
            "http://[::1]:8080",
            "http://a.localhost",
        ] {
            assert!(!dropped("https://app.example", origin), "{origin}");
        }
        assert!(!cookie("https://app.example").is_dropped_by_sender_of(&HeaderMap::new()));
    }

    proptest! {
        #[test]
        fn no_cookie_header_makes_parsing_panic(line in "[ -~]{0,200}") {
            let _ = present(&line);
        }
    }
}
