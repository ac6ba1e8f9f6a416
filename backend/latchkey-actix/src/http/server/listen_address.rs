//! An address to listen on, as operators write it.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs},
    str::FromStr,
};

/// Where to listen: `HOST:PORT` as it was written, and the addresses of the host. `serve` and `healthcheck` parse it alike, so that one
/// value works for both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListenAddress {
    text: String,
    addresses: Vec<SocketAddr>,
}

impl ListenAddress {
    /// Every address of the host, in the resolver's order.
    #[must_use]
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// The addresses at which a client on the same machine reaches the server: loopback for a server on all addresses (`0.0.0.0`,
    /// `[::]`). `[::]` may include IPv4, so both loopback addresses are returned.
    #[must_use]
    pub fn reachable(&self) -> Vec<SocketAddr> {
        let reachable = |address: &SocketAddr| {
            let hosts = match address.ip() {
                IpAddr::V4(Ipv4Addr::UNSPECIFIED) => vec![Ipv4Addr::LOCALHOST.into()],
                IpAddr::V6(Ipv6Addr::UNSPECIFIED) => vec![Ipv6Addr::LOCALHOST.into(), Ipv4Addr::LOCALHOST.into()],
                _ => return vec![*address],
            };
            hosts.into_iter().map(|host| SocketAddr::new(host, address.port())).collect()
        };
        self.addresses.iter().flat_map(reachable).collect()
    }
}

impl FromStr for ListenAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let addresses = text.to_socket_addrs().map_err(|error| match text.rsplit_once(':') {
            Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok() => {
                format!("cannot resolve it: {error}")
            }
            _ => "it must be HOST:PORT, such as 127.0.0.1:8080".to_owned(),
        })?;
        let mut distinct: Vec<SocketAddr> = Vec::new();
        for address in addresses {
            if !distinct.contains(&address) {
                distinct.push(address);
            }
        }
        if distinct.is_empty() {
            Err("the host has no address".into())
        } else {
            Ok(Self { text: text.into(), addresses: distinct })
        }
    }
}

impl fmt::Display for ListenAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests;
