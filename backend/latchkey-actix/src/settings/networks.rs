//! The networks of trusted reverse proxies.

use std::{net::IpAddr, str::FromStr};

use ipnet::{IpNet, Ipv4Net};

use super::{InvalidSetting, try_from_text};

/// The prefix length of the IPv4 addresses within IPv6, `::ffff:0:0/96`.
const MAPPED_PREFIX: u8 = 96;

/// Networks and single addresses, parsed from a text such as `10.0.0.0/8, ::1`, separated by commas or blanks. It may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Networks(Vec<IpNet>);

impl Networks {
    /// Joins several lists.
    #[must_use]
    pub fn concat(lists: impl IntoIterator<Item = Self>) -> Self {
        Self(lists.into_iter().flat_map(|Self(networks)| networks).collect())
    }

    /// Whether an address belongs to one of the networks. An IPv4-mapped IPv6 address counts as its IPv4 address.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }
}

impl FromStr for Networks {
    type Err = InvalidSetting;

    fn from_str(text: &str) -> Result<Self, InvalidSetting> {
        let entries = text.split([',', ' ', '\t', '\n']).filter(|entry| !entry.is_empty());
        entries.map(network).collect::<Result<_, _>>().map(Self)
    }
}

try_from_text!(Networks);

/// Parses a network or a single address. IPv4-mapped IPv6 networks become IPv4, because clients' addresses are compared as IPv4.
fn network(text: &str) -> Result<IpNet, InvalidSetting> {
    let network = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    let network = network.map_err(|_| {
        InvalidSetting(format!("'{text}' is neither a network, such as 10.0.0.0/8, nor an address").into())
    })?;
    let IpNet::V6(v6) = network else { return Ok(network) };
    let mapped = v6.addr().to_ipv4_mapped().zip(v6.prefix_len().checked_sub(MAPPED_PREFIX));
    Ok(mapped.and_then(|(address, prefix)| Ipv4Net::new(address, prefix).ok()).map_or(network, IpNet::V4))
}

#[cfg(test)]
mod tests;
