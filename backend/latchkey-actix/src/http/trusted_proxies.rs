//! The client of a request: its address, taken from `X-Forwarded-For` where trusted proxies sent it, and its browser.

use std::{
    net::{IpAddr, SocketAddr},
    sync::atomic::{AtomicBool, Ordering},
};

use super::server::connections::UnixPeer;
use crate::{service::Client, settings::Networks};
use actix_web::{
    HttpRequest,
    http::header::{self, HeaderMap, HeaderName, HeaderValue},
};

/// How many characters of `User-Agent` are kept.
const USER_AGENT_CHARS: usize = 256;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The networks whose `X-Forwarded-For` is believed.
#[derive(Debug, Default)]
pub struct TrustedProxies {
    networks: Networks,
    /// Whether the warning about an untrusted proxy has been logged.
    warned: AtomicBool,
}

/// Whether the peer is one of the trusted proxies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// What it forwards is believed.
    Trusted,
    /// It may be anybody.
    Unknown,
}

impl TrustedProxies {
    /// Trusts the proxies in these networks.
    #[must_use]
    pub fn new(networks: Networks) -> Self {
        Self { networks, warned: AtomicBool::new(false) }
    }

    /// The client of a request.
    #[must_use]
    pub fn client(&self, request: &HttpRequest) -> Client {
        let user_agent = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        Client {
            ip: self.address(request),
            user_agent: user_agent.map(|value| value.chars().take(USER_AGENT_CHARS).collect()),
        }
    }

    /// The client's address; `None` if it is unknown, because a proxy on a Unix socket does not report it.
    #[must_use]
    pub fn address(&self, request: &HttpRequest) -> Option<IpAddr> {
        match request.peer_addr() {
            Some(peer) => Some(self.client_address(peer.ip(), request.headers())),
            // Whoever may open the socket's file is the reverse proxy.
            None if request.conn_data::<UnixPeer>().is_some() => self.reported_address(None, request.headers()),
            None => None,
        }
    }

    /// Warns once if a peer that is not trusted sends `X-Forwarded-For`: either a client forges it, or a proxy is missing in
    /// the configuration and all clients behind it count as one.
    pub fn warn_untrusted_proxy(&self, peer: Option<SocketAddr>, headers: &HeaderMap) {
        let Some(peer) = peer.map(|peer| peer.ip().to_canonical()) else { return };
        if headers.contains_key(FORWARDED_FOR) && !self.trusts(peer) && !self.warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                %peer,
                "a peer sends X-Forwarded-For and is not trusted, so its clients count as one; if it is your proxy, set \
                 LATCHKEY_TRUSTED_PROXIES={peer}"
            );
        }
    }

    /// Walks from the peer towards the client, as long as the address that reported the next one is trusted. Entries before that
    /// may be forged.
    fn client_address(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let peer = peer.to_canonical();
        self.reported_address(Some(peer), headers).unwrap_or(peer)
    }

    /// The same from a peer that is a trusted proxy if it has no address.
    fn reported_address(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> Option<IpAddr> {
        let lines: Vec<_> = headers.get_all(FORWARDED_FOR).map(HeaderValue::as_bytes).collect();
        let entries = lines.iter().rev().flat_map(|line| line.rsplit(|byte| *byte == b','));
        let mut reported = entries.map(<[u8]>::trim_ascii).filter(|entry| !entry.is_empty());
        let mut address = peer;
        while address.is_none_or(|address| self.trusts(address)) {
            let Some(next) = reported.next().and_then(parse) else { break };
            address = Some(next);
        }
        address
    }

    /// Whether what the peer of a request forwards is believed.
    #[must_use]
    pub fn peer(&self, request: &HttpRequest) -> Peer {
        let trusted = match request.peer_addr() {
            Some(peer) => self.trusts(peer.ip()),
            None => request.conn_data::<UnixPeer>().is_some(),
        };
        if trusted { Peer::Trusted } else { Peer::Unknown }
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.networks.contains(address)
    }
}

/// Parses an entry of `X-Forwarded-For`: an address, which some proxies write with a port, in brackets, in quotes or with a zone.
fn parse(entry: &[u8]) -> Option<IpAddr> {
    let entry = str::from_utf8(entry).ok()?.trim_matches('"');
    let host = match entry.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?.0,
        // One colon stands before a port, several in an IPv6 address.
        None => entry.split_once(':').filter(|(_, port)| !port.contains(':')).map_or(entry, |(host, _)| host),
    };
    let host = host.split_once('%').map_or(host, |(host, _)| host);
    Some(host.parse::<IpAddr>().ok()?.to_canonical())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn client(peer: &str, forwarded: &[&str]) -> String {
        let proxies = TrustedProxies::new("10.0.0.0/8 ::1/128".parse().unwrap());
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append(FORWARDED_FOR, HeaderValue::try_from(*line).unwrap());
        }
        proxies.client_address(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn an_untrusted_peer_is_the_client() {
        assert_eq!(client("192.0.2.1", &["203.0.113.9"]), "192.0.2.1");
    }

    #[test]
    fn behind_trusted_proxies_earlier_entries_are_ignored() {
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

    #[test]
    fn every_notation_of_an_address_is_read() {
        for entry in ["203.0.113.9:4711", "[203.0.113.9]", "[203.0.113.9]:80", "\"203.0.113.9\"", "::ffff:203.0.113.9"]
        {
            assert_eq!(client("10.0.0.1", &[entry]), "203.0.113.9", "{entry}");
        }
        for entry in ["2001:db8::7", "[2001:db8::7]", "[2001:db8::7]:443", "\"[2001:db8::7]:443\"", "2001:db8::7%eth0"]
        {
            assert_eq!(client("10.0.0.1", &[entry]), "2001:db8::7", "{entry}");
        }
        assert_eq!(client("10.0.0.1", &["[::ffff:203.0.113.9]:4711, [::ffff:10.0.0.2]:80, "]), "203.0.113.9");
    }

    #[test]
    fn a_network_may_be_mapped_too() {
        let proxies = TrustedProxies::new("::ffff:10.0.0.0/104 ::ffff:192.0.2.7/128".parse().unwrap());
        let trusted = ["10.1.2.3", "192.0.2.7", "192.0.2.8"].map(|address| proxies.trusts(address.parse().unwrap()));
        assert_eq!(trusted, [true, true, false]);
    }

    #[test]
    fn a_forged_entry_does_not_hide_the_proxys_entry() {
        let proxies = TrustedProxies::new("10.0.0.0/8".parse().unwrap());
        let line = HeaderValue::from_bytes(b"caf\xe9, 203.0.113.9").unwrap();
        let headers = [(FORWARDED_FOR, line)].into_iter().collect();
        assert_eq!(proxies.client_address("10.0.0.1".parse().unwrap(), &headers).to_string(), "203.0.113.9");
    }

    proptest! {
        #[test]
        fn no_header_makes_parsing_panic(line in "[ -~]{0,100}") {
            let _ = client("10.0.0.1", &[&line]);
        }
    }
}
