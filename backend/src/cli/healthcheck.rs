//! `latchkey healthcheck`: requests `/readyz`, for containers without curl.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use anyhow::{Context, bail};
use clap::Args;
use latchkey_actix::server::ListenAddress;
use latchkey_shared::api;

const TIMEOUT: Duration = Duration::from_secs(5);

/// Options of `latchkey healthcheck`.
#[derive(Debug, Args)]
pub struct HealthcheckCommand {
    /// Where the server listens: the value that `serve` has. A server on all addresses (0.0.0.0, [::]) is asked on loopback.
    #[arg(long, env = "LATCHKEY_LISTEN", default_value = "127.0.0.1:8080", value_name = "HOST:PORT")]
    listen: ListenAddress,
}

pub fn run(HealthcheckCommand { listen }: &HealthcheckCommand) -> anyhow::Result<()> {
    let answer = ask_any(&listen.reachable()).with_context(|| format!("no answer from {listen}"))?;
    let status = answer.split_whitespace().nth(1).unwrap_or_default();
    if status != "200" {
        bail!("the server at {listen} is not ready: it answers {status}");
    }
    Ok(())
}

/// The answer from the first address that accepts a connection.
fn ask_any(addresses: &[SocketAddr]) -> io::Result<String> {
    let mut refused = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for address in addresses {
        match TcpStream::connect_timeout(address, TIMEOUT) {
            Ok(stream) => return ask(stream, *address),
            Err(error) => refused = error,
        }
    }
    Err(refused)
}

fn ask(mut stream: TcpStream, address: SocketAddr) -> io::Result<String> {
    stream.set_read_timeout(Some(TIMEOUT))?;
    write!(stream, "GET {} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n", api::READYZ)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
