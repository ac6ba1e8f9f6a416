//! Who asks: the address behind the proxies that are trusted, and the browser.

use std::net::IpAddr;

use actix_web::{
    HttpRequest,
    http::header::{self, HeaderMap},
};
use ipnet::IpNet;

use crate::auth::Client;

/// How much of a browser's name for itself is kept.
const USER_AGENT_CHARS: usize = 256;

/// The networks whose `X-Forwarded-For` is believed.
#[derive(Clone, Debug)]
pub struct TrustedProxies(pub Vec<IpNet>);

impl TrustedProxies {
    /// The client of a request.
    #[must_use]
    pub fn client(&self, request: &HttpRequest) -> Client {
        let peer = request.peer_addr().map(|peer| peer.ip());
        let user_agent = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        Client {
            ip: peer.map(|peer| self.behind(peer, request.headers())),
            user_agent: user_agent.map(|value| value.chars().take(USER_AGENT_CHARS).collect()),
        }
    }

    /// Walks from the peer towards the client, for as long as who reports the next address is trusted. What stands
    /// before that may be anybody's invention.
    fn behind(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let lines: Vec<_> = headers.get_all("x-forwarded-for").filter_map(|line| line.to_str().ok()).collect();
        let mut reported = lines.iter().rev().flat_map(|line| line.rsplit(','));
        let mut address = peer.to_canonical();
        while self.trusts(address) {
            let Some(next) = reported.next().and_then(|text| text.trim().parse::<IpAddr>().ok()) else {
                break;
            };
            address = next.to_canonical();
        }
        address
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};
    use proptest::prelude::*;

    use super::*;

    fn client(peer: &str, forwarded: &[&str]) -> String {
        let proxies = TrustedProxies(vec!["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()]);
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append(HeaderName::from_static("x-forwarded-for"), HeaderValue::try_from(*line).unwrap());
        }
        proxies.behind(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn a_stranger_is_not_believed() {
        assert_eq!(client("192.0.2.1", &["203.0.113.9"]), "192.0.2.1");
    }

    #[test]
    fn behind_trusted_proxies_stands_the_client_and_before_it_inventions() {
        assert_eq!(client("10.0.0.1", &["203.0.113.9"]), "203.0.113.9");
        assert_eq!(client("10.0.0.1", &["1.1.1.1, 203.0.113.9, 10.0.0.2"]), "203.0.113.9");
        assert_eq!(client("::1", &["1.1.1.1", "203.0.113.9, 10.0.0.2"]), "203.0.113.9");
        assert_eq!(client("::ffff:10.0.0.1", &["2001:db8::1"]), "2001:db8::1");
    }

    #[test]
    fn a_proxy_that_reports_nothing_usable_is_the_client_itself() {
        assert_eq!(client("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", &["unknown"]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", &["203.0.113.9, garbage, 10.0.0.2"]), "10.0.0.2");
    }

    proptest! {
        #[test]
        fn any_header_is_answered(line in "[ -~]{0,100}") {
            let _ = client("10.0.0.1", &[&line]);
        }
    }
}
