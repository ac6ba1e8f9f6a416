//! The request about which a reverse proxy asks: whether a user waits for a page, and what was wanted.

use actix_web::{
    HttpRequest,
    http::{
        Method,
        header::{ACCEPT, HeaderMap, HeaderName, HeaderValue},
    },
};
use latchkey_shared::api;

use super::{
    spa::{Sent, Spa},
    trusted_proxies::Peer,
};

const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const REQUESTED_WITH: HeaderName = HeaderName::from_static("x-requested-with");
const URI: [HeaderName; 2] = [HeaderName::from_static("x-forwarded-uri"), HeaderName::from_static("x-original-uri")];
const METHOD: [HeaderName; 2] =
    [HeaderName::from_static("x-forwarded-method"), HeaderName::from_static("x-original-method")];

/// The request about which a reverse proxy asks.
#[derive(Debug, PartialEq, Eq)]
pub struct ForwardedRequest {
    /// Whether the answer is for a user who waits for a page, and not for a program.
    pub wants_page: bool,
    /// The path and query; `None` if no trusted proxy says it.
    uri: Option<String>,
    sent: Sent,
}

impl ForwardedRequest {
    /// Reads what the proxy says about the request. Most say the path in a header; Envoy appends it to the path that it asks.
    #[must_use]
    pub fn of(request: &HttpRequest, peer: Peer) -> Self {
        let headers = request.headers();
        let asked = request.uri().path_and_query().map(|asked| asked.as_str());
        let appended =
            asked.and_then(|asked| asked.strip_prefix(api::FORWARD_AUTH)).filter(|rest| rest.starts_with('/'));
        let uri = appended.or_else(|| said(headers, &URI)).filter(|_| peer == Peer::Trusted);
        // Some proxies pass a fragment on, although it is no part of a request.
        let uri = uri.map(|uri| uri.split('#').next().unwrap_or_default().to_owned());
        let is_read = |method: &[u8]| [Method::GET, Method::HEAD].iter().any(|read| read.as_str().as_bytes() == method);
        // Any other method counts, whichever header names it: a form must not be taken for a page because another header says so.
        let mut methods = METHOD.into_iter().flat_map(|name| headers.get_all(name)).map(HeaderValue::as_bytes);
        let all_read = is_read(request.method().as_str().as_bytes()) && methods.all(is_read);
        let sent = if all_read { Sent::Nothing } else { Sent::Something };
        Self { wants_page: wants_page(headers), uri, sent }
    }

    /// Where the user goes after signing in.
    #[must_use]
    pub fn way_back<'a>(&'a self, spa: &'a Spa) -> Option<&'a str> {
        spa.way_back(self.uri.as_deref()?, self.sent)
    }
}

/// The value of the headers; `None` if they are absent or contradict each other.
fn said<'a>(headers: &'a HeaderMap, names: &[HeaderName]) -> Option<&'a str> {
    let mut values = names.iter().flat_map(|name| headers.get_all(name)).map(HeaderValue::to_str);
    let first = values.next()?.ok()?;
    values.all(|other| other.is_ok_and(|other| other == first)).then_some(first)
}

/// Whether a browser asks for a page. Browsers say so in `Sec-Fetch-Mode`; older ones, and all on plain http, only accept HTML.
fn wants_page(headers: &HeaderMap) -> bool {
    match headers.get(SEC_FETCH_MODE) {
        Some(mode) => mode == "navigate",
        None => !headers.contains_key(REQUESTED_WITH) && headers.get_all(ACCEPT).any(accepts_html),
    }
}

/// Whether a value of `Accept` names HTML. A wildcard does not: programs send it.
fn accepts_html(accept: &HeaderValue) -> bool {
    let names_html = |range: &str| {
        let (media_type, parameters) = range.split_once(';').unwrap_or((range, ""));
        let is_html =
            ["text/html", "application/xhtml+xml"].iter().any(|html| media_type.trim().eq_ignore_ascii_case(html));
        let weights = parameters.split(';').filter_map(|parameter| parameter.trim().strip_prefix("q="));
        is_html && !weights.filter_map(|weight| weight.parse::<f32>().ok()).any(|weight| weight <= 0.0)
    };
    accept.to_str().is_ok_and(|accept| accept.split(',').any(names_html))
}

#[cfg(test)]
mod tests;
