//! The spellings of addresses that operators use.

use super::*;

fn reachable(text: &str) -> Vec<String> {
    text.parse::<ListenAddress>().unwrap().reachable().iter().map(SocketAddr::to_string).collect()
}

#[test]
fn a_server_on_every_address_is_reached_on_loopback() {
    assert_eq!(reachable("0.0.0.0:80"), ["127.0.0.1:80"]);
    assert_eq!(reachable("[::]:80"), ["[::1]:80", "127.0.0.1:80"]);
    assert_eq!(reachable("192.0.2.1:80"), ["192.0.2.1:80"]);
    assert_eq!(reachable("[2001:db8::1]:80"), ["[2001:db8::1]:80"]);
}

#[test]
fn a_host_name_is_resolved_and_displayed_as_it_was_written() {
    let listen: ListenAddress = " localhost:8080 ".parse().unwrap();
    assert_eq!(listen.to_string(), "localhost:8080");
    assert!(listen.addresses().iter().all(|address| address.ip().is_loopback() && address.port() == 8080));
    let distinct: std::collections::HashSet<_> = listen.addresses().iter().collect();
    assert_eq!(distinct.len(), listen.addresses().len());
}

#[test]
fn an_invalid_address_is_explained() {
    for bad in ["", "8080", ":8080", "localhost", "127.0.0.1", "127.0.0.1:", "127.0.0.1:70000", "::1:x"] {
        assert!(bad.parse::<ListenAddress>().unwrap_err().contains("HOST:PORT"), "{bad}");
    }
    assert!("no-such-host.invalid:80".parse::<ListenAddress>().unwrap_err().contains("cannot resolve"));
}

#[test]
fn a_unix_socket_is_a_path() {
    for text in ["unix:/run/latchkey.sock", " unix:/run/latchkey.sock ", "unix:///run/latchkey.sock"] {
        let listen: ListenAddress = text.parse().unwrap();
        assert_eq!(listen.path(), Some(Path::new("/run/latchkey.sock")), "{text}");
        assert!(listen.addresses().is_empty() && listen.reachable().is_empty(), "{text}");
    }
    assert_eq!("unix:latchkey.sock".parse::<ListenAddress>().unwrap().path(), Some(Path::new("latchkey.sock")));
    for bad in ["unix:", "unix:@latchkey", "unix:/run/", "unix:/a\0b"] {
        assert!(bad.parse::<ListenAddress>().unwrap_err().contains("unix:PATH"), "{bad}");
    }
    let long = format!("unix:/{}", "x".repeat(MAX_PATH_BYTES));
    assert!(long.parse::<ListenAddress>().unwrap_err().contains("at most 103 bytes"));
}
