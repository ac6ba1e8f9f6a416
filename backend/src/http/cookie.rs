//! The session cookie: how it is set, removed and read. Only log-in sets it; only log-out and a 401 remove it.

use std::time::Duration;

use actix_web::http::header::{self, HeaderMap, HeaderValue};

use crate::{auth::Token, config::PublicUrl};

/// How much longer than its session a cookie lives, so that a browser that comes back late is told that its session
/// expired, and not that there never was one.
const OUTLIVES_SESSION_BY: Duration = Duration::from_secs(24 * 60 * 60);

/// The cookie's name and attributes.
#[derive(Clone, Debug)]
pub struct SessionCookie {
    name: &'static str,
    attributes: &'static str,
    max_age_s: u64,
}

/// What a request presented under the cookie's name.
#[derive(Debug)]
pub struct Presented {
    /// The token, if there is exactly one that may have been issued.
    pub token: Option<Token>,
    /// Whether there was anything at all, and therefore something to remove.
    pub any: bool,
}

impl SessionCookie {
    /// The cookie of a server: `__Host-session` where browsers come by https. Safari would drop a `Secure` cookie on
    /// plain http, also on localhost, so there it is `session`.
    #[must_use]
    pub fn new(public_url: &PublicUrl, session_lifetime: Duration) -> Self {
        let (name, attributes) = if public_url.is_https() {
            ("__Host-session", "HttpOnly; SameSite=Lax; Path=/; Secure")
        } else {
            ("session", "HttpOnly; SameSite=Lax; Path=/")
        };
        Self { name, attributes, max_age_s: (session_lifetime + OUTLIVES_SESSION_BY).as_secs() }
    }

    /// The cookie's name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The `Set-Cookie` that hands a browser its token.
    #[must_use]
    pub fn set(&self, token: &Token) -> HeaderValue {
        self.header(&token.to_text(), Some(self.max_age_s))
    }

    /// The same for a session that is not remembered: without an age, the cookie goes when the browser is closed.
    #[must_use]
    pub fn set_until_browser_closes(&self, token: &Token) -> HeaderValue {
        self.header(&token.to_text(), None)
    }

    /// The `Set-Cookie` that takes it away again.
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

    /// What a request presented. Two different tokens cancel each other out: one of them was planted, by a sibling
    /// domain for example, and there is no telling which.
    #[must_use]
    pub fn presented(&self, headers: &HeaderMap) -> Presented {
        let pairs = headers.get_all(header::COOKIE).flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
        let mut values = pairs
            .map(<[u8]>::trim_ascii)
            .filter_map(|pair| pair.strip_prefix(self.name.as_bytes())?.strip_prefix(b"="))
            .peekable();
        let any = values.peek().is_some();
        let mut tokens = values.filter_map(|value| Some((value, Token::parse(value)?)));
        let first = tokens.next();
        let ambiguous = first.as_ref().is_some_and(|(first, _)| tokens.any(|(other, _)| other != *first));
        Presented { token: first.filter(|_| !ambiguous).map(|(_, token)| token), any }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderName;
    use proptest::prelude::*;

    use super::*;

    fn cookie(url: &str) -> SessionCookie {
        SessionCookie::new(&url.parse().unwrap(), Duration::from_secs(7 * 86_400))
    }

    fn present(line: &str) -> (Option<String>, bool) {
        let mut headers = HeaderMap::new();
        headers.insert(HeaderName::from_static("cookie"), HeaderValue::try_from(line).unwrap());
        let presented = cookie("http://localhost").presented(&headers);
        (presented.token.map(|token| token.to_text()), presented.any)
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
        assert_eq!(present(&format!("session={a}; session={b}")), (None, true), "no telling which");
        assert_eq!(present("session=; session==;session=%20"), (None, true));
        assert_eq!(present(&format!("mysession={a}; Session={a}; sessio={a}")), (None, false));
    }

    proptest! {
        #[test]
        fn any_cookie_line_is_answered(line in "[ -~]{0,200}") {
            let _ = present(&line);
        }
    }
}
