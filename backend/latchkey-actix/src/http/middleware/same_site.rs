//! Rejects mutations that another site sent (CSRF). No token is needed: a browser reports where a request comes from in
//! `Sec-Fetch-Site`, which no page can forge, or else in `Origin`. A request with neither was not sent by a page. Safe methods pass,
//! because they change nothing and other sites cannot read the answer.

use actix_web::http::{
    Method,
    header::{self, HeaderMap, HeaderName},
};

use tracing::Level;

use crate::{http::problem::Cause, settings::PublicUrl};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Which requests may change something: those of the server's own site.
#[derive(Debug)]
pub struct OriginPolicy {
    origin: String,
}

impl OriginPolicy {
    /// The policy for a public URL.
    #[must_use]
    pub fn new(public_url: &PublicUrl) -> Self {
        Self { origin: public_url.origin().into() }
    }

    /// Why a request was refused, for the log.
    #[must_use]
    pub fn explain_rejection(&self, headers: &HeaderMap) -> Cause {
        let said = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("-");
        let (site, origin, host) = (said(SEC_FETCH_SITE), said(header::ORIGIN), said(header::HOST));
        let ours = &self.origin;
        let text = format!("Sec-Fetch-Site {site}, Origin {origin}, Host {host}; LATCHKEY_PUBLIC_URL is {ours}");
        Cause { text, level: Level::INFO }
    }

    /// Whether a request with this method and these headers may be carried out.
    #[must_use]
    pub fn allows(&self, method: &Method, headers: &HeaderMap) -> bool {
        if method.is_safe() {
            return true;
        }
        if let Some(site) = headers.get(SEC_FETCH_SITE) {
            // `same-site` is a sibling domain, which is another site to us. `none` is the address bar.
            return site == "same-origin" || site == "none";
        }
        let Some(origin) = headers.get(header::ORIGIN) else {
            return true;
        };
        let host = headers.get(header::HOST).map(|host| host.as_bytes());
        let same_host = |authority: &[u8]| host == Some(authority);
        let authority = [b"http://".as_slice(), b"https://"].iter().find_map(|s| origin.as_bytes().strip_prefix(*s));
        origin == self.origin.as_str() || authority.is_some_and(same_host)
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn post(headers: &[(&'static str, &'static str)]) -> bool {
        let policy = OriginPolicy::new(&"https://app.example".parse().unwrap());
        let pairs =
            headers.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        policy.allows(&Method::POST, &pairs.collect())
    }

    #[test]
    fn sec_fetch_site_decides() {
        assert!(post(&[("sec-fetch-site", "same-origin")]));
        assert!(post(&[("sec-fetch-site", "none")]));
        for other in ["cross-site", "same-site", "", "SAME-ORIGIN"] {
            assert!(!post(&[("sec-fetch-site", other), ("origin", "https://app.example")]), "{other}");
        }
    }

    #[test]
    fn without_sec_fetch_site_the_origin_decides() {
        assert!(post(&[("origin", "https://app.example")]));
        assert!(post(&[("origin", "http://127.0.0.1:8080"), ("host", "127.0.0.1:8080")]));
        for other in ["https://evil.example", "http://app.example", "null", "", "https://app.example.evil.example"] {
            assert!(!post(&[("origin", other), ("host", "127.0.0.1:8080")]), "{other}");
        }
    }

    #[test]
    fn requests_without_origin_and_safe_methods_pass() {
        let policy = OriginPolicy::new(&"https://app.example".parse().unwrap());
        assert!(post(&[]));
        let headers = [(SEC_FETCH_SITE, HeaderValue::from_static("cross-site"))].into_iter().collect();
        assert!(policy.allows(&Method::GET, &headers));
        assert!(!policy.allows(&Method::DELETE, &headers));
    }
}
