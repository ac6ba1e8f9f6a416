//! Every spelling of an address that an operator may try.

use super::*;

fn reachable(text: &str) -> Vec<String> {
    text.parse::<Listen>().unwrap().reachable().iter().map(SocketAddr::to_string).collect()
}

fn networks(text: &str) -> Result<Vec<String>, String> {
    text.parse::<Networks>().map(|Networks(networks)| networks.iter().map(IpNet::to_string).collect())
}

#[test]
fn a_server_on_every_address_is_reached_on_loopback() {
    assert_eq!(reachable("0.0.0.0:80"), ["127.0.0.1:80"]);
    assert_eq!(reachable("[::]:80"), ["[::1]:80", "127.0.0.1:80"]);
    assert_eq!(reachable("192.0.2.1:80"), ["192.0.2.1:80"]);
    assert_eq!(reachable("[2001:db8::1]:80"), ["[2001:db8::1]:80"]);
}

#[test]
fn a_host_name_stands_for_its_addresses_and_keeps_its_spelling() {
    let listen: Listen = " localhost:8080 ".parse().unwrap();
    assert_eq!(listen.to_string(), "localhost:8080");
    assert!(listen.addresses().iter().all(|address| address.ip().is_loopback() && address.port() == 8080));
    let distinct: std::collections::HashSet<_> = listen.addresses().iter().collect();
    assert_eq!(distinct.len(), listen.addresses().len());
}

#[test]
fn what_is_no_address_is_refused_in_words() {
    for bad in ["", "8080", ":8080", "localhost", "127.0.0.1", "127.0.0.1:", "127.0.0.1:70000", "::1:x"] {
        assert!(bad.parse::<Listen>().unwrap_err().contains("HOST:PORT"), "{bad}");
    }
    assert!("no-such-host.invalid:80".parse::<Listen>().unwrap_err().contains("cannot resolve"));
}

#[test]
fn a_trusted_proxy_may_be_a_bare_address() {
    assert_eq!(networks("10.1.2.3,::1"), Ok(vec!["10.1.2.3/32".into(), "::1/128".into()]));
}

#[test]
fn blanks_and_empty_entries_mean_nothing() {
    for nothing in ["", " ", ",", " , ,"] {
        assert_eq!(networks(nothing), Ok(Vec::new()), "'{nothing}'");
    }
    let both = Ok(vec!["10.0.0.0/8".into(), "192.168.0.0/16".into()]);
    for spelling in ["10.0.0.0/8,192.168.0.0/16", " 10.0.0.0/8 , 192.168.0.0/16 ", "10.0.0.0/8 192.168.0.0/16,"] {
        assert_eq!(networks(spelling), both, "'{spelling}'");
    }
}

#[test]
fn ipv4_within_ipv6_is_ipv4() {
    assert_eq!(networks("::ffff:10.0.0.1"), Ok(vec!["10.0.0.1/32".into()]));
    assert_eq!(networks("::ffff:10.0.0.0/104"), Ok(vec!["10.0.0.0/8".into()]));
    assert_eq!(networks("::/0"), Ok(vec!["::/0".into()]));
}

#[test]
fn a_network_that_is_none_is_named() {
    for bad in ["10.0.0.0/33", "proxy", "10.0.0", "10.0.0.1:80", "::1/129"] {
        assert!(networks(&format!("127.0.0.1, {bad}")).unwrap_err().contains(&format!("'{bad}'")), "{bad}");
    }
}
