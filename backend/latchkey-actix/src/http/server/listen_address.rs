//! An address to listen on, as operators write it.

use std::{
    fmt, io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs},
    path::{Path, PathBuf},
    str::FromStr,
};

/// The most bytes that the path of a Unix socket may have on every system.
const MAX_PATH_BYTES: usize = 103;

/// Where to listen, as it was written: `HOST:PORT` with the addresses of the host, or `unix:PATH`. Servers and their health checks parse it
/// alike, so that one value works for both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListenAddress {
    text: String,
    place: Place,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    /// Every address of a host, in the resolver's order.
    Host(Vec<SocketAddr>),
    /// The path of a Unix socket.
    Unix(PathBuf),
}

impl ListenAddress {
    /// The addresses of one host.
    ///
    /// # Errors
    /// The host cannot be resolved.
    pub fn resolve(host: impl ToSocketAddrs) -> io::Result<Self> {
        let addresses: Vec<_> = host.to_socket_addrs()?.collect();
        let text = addresses.iter().map(SocketAddr::to_string).collect::<Vec<_>>().join(" ");
        Ok(Self { text, place: Place::Host(addresses) })
    }

    /// Every address of the host, in the resolver's order; none for a Unix socket.
    #[must_use]
    pub fn addresses(&self) -> &[SocketAddr] {
        match &self.place {
            Place::Host(addresses) => addresses,
            Place::Unix(_) => &[],
        }
    }

    /// The path of a Unix socket.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match &self.place {
            Place::Host(_) => None,
            Place::Unix(path) => Some(path),
        }
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
        self.addresses().iter().flat_map(reachable).collect()
    }
}

impl FromStr for ListenAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let place = match text.strip_prefix("unix:") {
            Some(path) => unix(path)?,
            None => host(text)?,
        };
        Ok(Self { text: text.into(), place })
    }
}

fn unix(path: &str) -> Result<Place, String> {
    if path.is_empty() || path.starts_with('@') || path.ends_with('/') || path.contains('\0') {
        return Err(
            "it must be unix:PATH with the path of a socket file, such as unix:/run/latchkey/latchkey.sock".into()
        );
    }
    if path.len() > MAX_PATH_BYTES {
        return Err(format!("the path of a Unix socket has at most {MAX_PATH_BYTES} bytes"));
    }
    Ok(Place::Unix(path.into()))
}

fn host(text: &str) -> Result<Place, String> {
    let addresses = text.to_socket_addrs().map_err(|error| match text.rsplit_once(':') {
        Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok() => {
            format!("cannot resolve it: {error}")
        }
        _ => "it must be HOST:PORT, such as 127.0.0.1:8080, or unix:PATH".to_owned(),
    })?;
    let mut distinct: Vec<SocketAddr> = Vec::new();
    for address in addresses {
        if !distinct.contains(&address) {
            distinct.push(address);
        }
    }
    if distinct.is_empty() { Err("the host has no address".into()) } else { Ok(Place::Host(distinct)) }
}

impl fmt::Display for ListenAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests;
