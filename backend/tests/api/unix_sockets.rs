//! Servers on Unix sockets and on several addresses.

use std::{fs, net::TcpListener, os::unix::fs::PermissionsExt, path::Path};

use latchkey_shared::{SignedIn, api};
use serde_json::{Value, json};

use crate::{
    command_line::latchkey,
    support::{EMAIL, PASSWORD, program::Program},
};

const URL: &str = "http://app.example";

/// A client whose connections go to a socket file.
fn client(socket: &Path) -> reqwest::Client {
    reqwest::Client::builder().unix_socket(socket).build().unwrap()
}

/// The program, on a Unix socket `s` as well as on a port, with one user.
fn start(folder: &tempfile::TempDir, flags: &[&str]) -> Program {
    let add = ["user", "add", EMAIL, "--create", "--password-stdin"];
    assert!(latchkey(folder, &add, &format!("{PASSWORD}\n")).status.success());
    Program::start(folder.path(), &[&["--listen", "unix:s", "--public-url", URL][..], flags].concat())
}

/// Signs in, and returns the address that the session's own list shows.
async fn address_of_a_log_in(http: &reqwest::Client, url: &str, forwarded_for: Option<&str>) -> Value {
    let forwarded = |request: reqwest::RequestBuilder| match forwarded_for {
        Some(address) => request.header("X-Forwarded-For", address),
        None => request,
    };
    let log_in = http.post(format!("{url}{}", api::LOGIN)).json(&json!({"email": EMAIL, "password": PASSWORD}));
    let answer = forwarded(log_in).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let id = answer.json::<SignedIn>().await.unwrap().session.id;
    let devices = http.get(format!("{url}{}", api::SESSIONS)).header("Cookie", cookie).send().await.unwrap();
    let devices: Vec<Value> = devices.json().await.unwrap();
    devices.into_iter().find(|device| device["id"] == json!(id)).unwrap()["ip"].clone()
}

#[actix_web::test]
async fn a_client_behind_a_unix_socket_has_the_address_that_its_proxy_reports() {
    let folder = tempfile::tempdir().unwrap();
    let program = start(&folder, &["--trusted-proxies", "10.0.0.0/8"]);
    let socket = client(&folder.path().join("s"));
    assert_eq!(address_of_a_log_in(&socket, URL, Some("203.0.113.9")).await, "203.0.113.9");
    // Only what the proxy and those before it that are trusted have added is believed.
    assert_eq!(address_of_a_log_in(&socket, URL, Some("1.1.1.1, 203.0.113.9")).await, "203.0.113.9");
    assert_eq!(address_of_a_log_in(&socket, URL, Some("203.0.113.9, 10.0.0.2")).await, "203.0.113.9");
    assert_eq!(address_of_a_log_in(&socket, URL, None).await, Value::Null);
    assert_eq!(address_of_a_log_in(&socket, URL, Some("unknown")).await, Value::Null);
    // On a port, the same header proves nothing.
    let port = reqwest::Client::new();
    assert_eq!(address_of_a_log_in(&port, &program.url(), Some("203.0.113.9")).await, "127.0.0.1");
}

#[actix_web::test]
async fn log_ins_behind_a_unix_socket_are_limited_by_the_reported_address() {
    let folder = tempfile::tempdir().unwrap();
    let _program = start(&folder, &["--login-rate", "1"]);
    let http = client(&folder.path().join("s"));
    let log_in = async |address: &'static str| {
        let request = http.post(format!("{URL}{}", api::LOGIN)).header("X-Forwarded-For", address);
        request.json(&json!({"email": "no@example.org", "password": "x"})).send().await.unwrap().status().as_u16()
    };
    let statuses = [log_in("203.0.113.1").await, log_in("203.0.113.1").await, log_in("203.0.113.2").await];
    assert_eq!(statuses, [401, 429, 401]);
}

#[test]
fn the_sockets_file_has_the_configured_mode_and_is_removed_when_the_server_stops() {
    for (flags, mode) in [(&[][..], 0o660), (&["--socket-mode", "0600"], 0o600)] {
        let folder = tempfile::tempdir().unwrap();
        let mut program = start(&folder, flags);
        let socket = folder.path().join("s");
        assert_eq!(fs::metadata(&socket).unwrap().permissions().mode() & 0o777, mode);
        program.signal("TERM");
        assert!(program.ended().success() && !socket.exists());
    }
}

#[test]
fn a_killed_servers_socket_is_replaced_and_a_running_ones_is_not() {
    let folder = tempfile::tempdir().unwrap();
    start(&folder, &[]).kill();
    assert!(folder.path().join("s").exists());
    let flags = ["--listen", "unix:s", "--public-url", URL];
    let _running = Program::start(folder.path(), &flags);
    let second = latchkey(&folder, &[&["serve"][..], &flags].concat(), "");
    let said = String::from_utf8_lossy(&second.stderr);
    assert!(
        second.status.code() == Some(2) && said.contains("cannot listen on unix:s") && said.contains("in use"),
        "{said}"
    );
    let asked = latchkey(&folder, &["healthcheck", "--listen", "unix:s"], "");
    assert!(asked.status.success(), "{asked:?}");
}

#[test]
fn a_health_check_asks_the_first_address_that_answers() {
    let folder = tempfile::tempdir().unwrap();
    let _program = start(&folder, &[]);
    for (listen, ready) in
        [("unix:s", true), ("unix:missing,unix:s", true), ("127.0.0.1:1,unix:s", true), ("unix:missing", false)]
    {
        let asked = latchkey(&folder, &["healthcheck", "--listen", listen], "");
        assert_eq!(asked.status.success(), ready, "{listen}: {asked:?}");
    }
}

#[test]
fn a_health_check_of_a_server_that_does_not_accept_ends() {
    let folder = tempfile::tempdir().unwrap();
    let frozen = TcpListener::bind("127.0.0.1:0").unwrap();
    let asked = latchkey(&folder, &["healthcheck", "--listen", &frozen.local_addr().unwrap().to_string()], "");
    let said = String::from_utf8_lossy(&asked.stderr);
    assert!(asked.status.code() == Some(1) && said.contains("no answer"), "{said}");
}

#[actix_web::test]
async fn a_server_listens_at_every_address_of_the_list() {
    let folder = tempfile::tempdir().unwrap();
    let program =
        Program::start(folder.path(), &["--listen", "127.0.0.1:0,unix:a", "--listen", "unix:b", "--public-url", URL]);
    program.says("serving address=unix:b");
    let log = program.log();
    let places: Vec<_> =
        log.lines().filter_map(|line| line.split_once(" serving address=")).map(|(_, place)| place).collect();
    assert_eq!(places.len(), 4, "{log}");
    for place in places {
        let (http, url) = match place.strip_prefix("unix:") {
            Some(file) => (client(&folder.path().join(file)), URL.to_owned()),
            None => (reqwest::Client::new(), format!("http://{place}")),
        };
        assert_eq!(http.get(format!("{url}{}", api::HEALTHZ)).send().await.unwrap().status(), 200, "{place}");
    }
}

#[test]
fn if_one_address_cannot_be_used_the_server_does_not_start_and_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let busy = TcpListener::bind("127.0.0.1:0").unwrap();
    let busy = busy.local_addr().unwrap().to_string();
    // The last one is a documentation address, which no machine has.
    for (listen, named) in [
        (busy.as_str(), busy.as_str()),
        ("unix:no/such/folder", "unix:no/such/folder"),
        ("192.0.2.1:80", "192.0.2.1:80"),
    ] {
        let output = latchkey(&folder, &["serve", "--listen", "127.0.0.1:0", "--listen", listen], "");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(2) && said.contains(&format!("cannot listen on {named}")), "{said}");
    }
}

#[test]
fn a_server_on_unix_sockets_only_must_know_its_public_url() {
    let folder = tempfile::tempdir().unwrap();
    let output = latchkey(&folder, &["serve", "--listen", "unix:s"], "");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(2) && said.contains("LATCHKEY_PUBLIC_URL must be set"), "{said}");
}

#[actix_web::test]
async fn metrics_may_be_served_on_a_unix_socket() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = start(&folder, &["--metrics-listen", "unix:m"]);
    let answer = client(&folder.path().join("m")).get("http://m/metrics").send().await.unwrap();
    assert!(answer.text().await.unwrap().contains("latchkey_verifications_total"));
    program.signal("TERM");
    assert!(program.ended().success() && !folder.path().join("m").exists());
}
