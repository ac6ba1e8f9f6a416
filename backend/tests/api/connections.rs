//! Slow, idle and too many connections: each is bounded in time, and together they lock no client out.

use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    thread,
    time::Duration,
};

use clap::Parser;
use latchkey_backend::cli::{Cli, Command};
use latchkey_shared::api;
use reqwest::Method;

use crate::{
    command_line::latchkey,
    support::{Client, EMAIL, PASSWORD, TestApp, program::Program},
};

const REQUEST: &[u8] = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";

/// A raw connection with a time-out for answers.
struct Wire(TcpStream);

impl Wire {
    fn open(address: impl Into<String>) -> Self {
        let address: SocketAddr = address.into().parse().unwrap();
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        Self(stream)
    }

    fn to(app: &TestApp) -> Self {
        Self::open(app.url.strip_prefix("http://").unwrap())
    }

    fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).unwrap();
    }

    /// Reads the next answer, which ends with `ok`.
    fn answer(&mut self) -> String {
        let mut answer = Vec::new();
        while !answer.ends_with(b"ok\n") {
            let mut byte = [0];
            assert_eq!(self.0.read(&mut byte).unwrap(), 1, "{}", String::from_utf8_lossy(&answer));
            answer.push(byte[0]);
        }
        String::from_utf8(answer).unwrap()
    }

    /// Reads until the server closes the connection.
    fn rest(mut self) -> String {
        let mut rest = String::new();
        self.0.read_to_string(&mut rest).unwrap();
        rest
    }

    /// Sends a byte at intervals until the server closes the connection.
    fn drip(&self) -> thread::JoinHandle<()> {
        let mut stream = self.0.try_clone().unwrap();
        thread::spawn(move || {
            while stream.write_all(b"x").is_ok() {
                thread::sleep(Duration::from_millis(300));
            }
        })
    }
}

/// Runs blocking code on another thread than the test's server.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}

#[actix_web::test]
async fn the_head_of_every_request_is_bounded_in_time() {
    let app = TestApp::start().await;
    let tries = [0, 2].map(|requests_before| {
        let mut wire = Wire::to(&app);
        blocking(move || {
            for _ in 0..requests_before {
                wire.send(REQUEST);
                wire.answer();
            }
            wire.send(b"GET /healthz HTTP/1.1\r\nX-Slow: ");
            let drip = wire.drip();
            let rest = wire.rest();
            drip.join().unwrap();
            assert!(rest.starts_with("HTTP/1.1 408 "), "after {requests_before} requests: {rest}");
        })
    });
    futures_util::future::join_all(tries).await;
}

#[actix_web::test]
async fn the_body_of_every_request_is_bounded_in_time_also_when_no_handler_reads_it() {
    let app = TestApp::start().await;
    let chunked = |path: &str| {
        format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n"
        )
    };
    let bodies = [
        (chunked(api::LOGIN), "HTTP/1.1 408 "),
        (chunked(api::LOGOUT), "HTTP/1.1 204 "),
        (chunked("/healthz"), "HTTP/1.1 405 "),
    ];
    let tries = bodies.map(|(head, status)| {
        let mut wire = Wire::to(&app);
        async move {
            let rest = blocking(move || {
                wire.send(REQUEST);
                wire.answer();
                wire.send(head.as_bytes());
                let drip = wire.drip();
                let mut rest = Vec::new();
                // The server may close the connection while bytes are in flight.
                let _ = wire.0.read_to_end(&mut rest);
                drip.join().unwrap();
                String::from_utf8(rest).unwrap()
            });
            let rest = rest.await;
            assert!(rest.starts_with(status), "{rest}");
        }
    });
    futures_util::future::join_all(tries).await;
}

#[actix_web::test]
async fn an_idle_connection_is_kept_as_long_as_configured() {
    let app = TestApp::start_with(&["--keep-alive", "2s"]).await;
    let mut wire = Wire::to(&app);
    blocking(move || {
        for _ in 0..3 {
            wire.send(REQUEST);
            wire.answer();
            thread::sleep(Duration::from_secs(1));
        }
        wire.0.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        assert_eq!(wire.rest(), "", "closed gracefully, in time, and without an answer");
    })
    .await;
}

#[actix_web::test]
async fn without_keep_alive_a_connection_ends_with_its_answer() {
    let app = TestApp::start_with(&["--keep-alive", "off"]).await;
    let mut wire = Wire::to(&app);
    let rest = blocking(move || {
        wire.send(REQUEST);
        wire.rest()
    });
    let rest = rest.await.to_lowercase();
    assert!(rest.contains("connection: close") && rest.ends_with("ok\n"), "{rest}");
}

#[test]
fn connections_are_kept_open_for_longer_than_by_any_common_proxy() {
    let Command::Serve(config) = Cli::parse_from(["latchkey", "serve"]).command else { unreachable!() };
    // Caddy keeps them for two minutes, Traefik for 90 s, nginx for one.
    assert!(config.keep_alive.0.unwrap() > Duration::from_secs(120));
}

#[test]
fn the_limit_of_open_files_is_raised_to_its_hard_limit() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start_after("ulimit -Sn 64 && ulimit -Hn 4096", folder.path(), &[]);
    let limits = fs::read_to_string(format!("/proc/{}/limits", program.id())).unwrap();
    let line = limits.lines().find(|line| line.starts_with("Max open files")).unwrap();
    assert_eq!(line.split_whitespace().nth(3), Some("4096"), "{line}");
}

#[test]
fn idle_connections_make_room_for_new_ones() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start_after("ulimit -n 128", folder.path(), &[]);
    let mut idle = Vec::new();
    for number in 0..400 {
        let mut wire = Wire::open(program.address.to_string());
        if number % 2 == 0 {
            wire.send(REQUEST);
            wire.answer();
        }
        idle.push(wire);
    }
    let mut wire = Wire::open(program.address.to_string());
    wire.send(REQUEST);
    wire.answer();
    program.says("too many connections");
}

#[actix_web::test]
async fn event_streams_leave_room_for_requests() {
    let folder = tempfile::tempdir().unwrap();
    latchkey(&folder, &["user", "add", EMAIL, "--create", "--password-stdin"], PASSWORD);
    let program = Program::start_after("ulimit -n 128", folder.path(), &["--login-rate", "0"]);
    program.says("LATCHKEY_EVENT_STREAMS");
    let (http, url) = (reqwest::Client::new(), program.url());
    let (mut streams, mut refused) = (Vec::new(), 0);
    for _ in 0..12 {
        let mut client = Client::new(&http, &url, None);
        assert_eq!(client.log_in().await.status, 200);
        for _ in 0..6 {
            let stream = client.request(Method::GET, api::SESSION_EVENTS).send().await.unwrap();
            match stream.status().as_u16() {
                200 => streams.push(stream),
                503 => refused += 1,
                other => panic!("{other}"),
            }
        }
        assert_eq!(client.verify().await.status, 200);
    }
    assert_eq!((streams.len(), refused), (48, 24));
}
