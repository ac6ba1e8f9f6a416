//! The spellings of networks that operators use.

use super::*;

fn networks(text: &str) -> Result<Vec<String>, InvalidSetting> {
    text.parse::<Networks>().map(|Networks(networks)| networks.iter().map(IpNet::to_string).collect())
}

#[test]
fn a_trusted_proxy_may_be_a_bare_address() {
    assert_eq!(networks("10.1.2.3,::1"), Ok(vec!["10.1.2.3/32".into(), "::1/128".into()]));
}

#[test]
fn blanks_and_empty_entries_are_ignored() {
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
fn an_invalid_network_is_named() {
    for bad in ["10.0.0.0/33", "proxy", "10.0.0", "10.0.0.1:80", "::1/129"] {
        assert!(networks(&format!("127.0.0.1, {bad}")).unwrap_err().to_string().contains(&format!("'{bad}'")), "{bad}");
    }
}
