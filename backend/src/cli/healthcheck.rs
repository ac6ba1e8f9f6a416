//! `latchkey healthcheck`: requests `/readyz`, for containers without curl.

use std::{io, time::Duration};

use anyhow::{Context, bail};
use clap::Args;
use latchkey_actix::server::ListenAddress;
use latchkey_shared::api;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpStream, UnixStream},
    time::timeout,
};

use crate::config::DEFAULT_LISTEN;

const TIMEOUT: Duration = Duration::from_secs(5);

/// Options of `latchkey healthcheck`.
#[derive(Debug, Args)]
pub struct HealthcheckCommand {
    /// Where the server listens: the value that `serve` has, of which the first address that accepts a connection is asked. A server on
    /// all addresses (0.0.0.0, [::]) is asked on loopback.
    #[arg(
        long,
        env = "LATCHKEY_LISTEN",
        default_value = DEFAULT_LISTEN,
        value_name = "HOST:PORT|unix:PATH",
        value_delimiter = ','
    )]
    listen: Vec<ListenAddress>,
}

pub async fn run(HealthcheckCommand { listen }: &HealthcheckCommand) -> anyhow::Result<()> {
    let name = listen.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    let answer = ask_any(listen).await.with_context(|| format!("no answer from {name}"))?;
    let status = answer.split_whitespace().nth(1).unwrap_or_default();
    if status != "200" {
        bail!("the server at {name} is not ready: it answers {status}");
    }
    Ok(())
}

/// The answer from the first address that accepts a connection.
async fn ask_any(listen: &[ListenAddress]) -> io::Result<String> {
    let mut refused = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for place in listen {
        if let Some(path) = place.path() {
            match within_limit(UnixStream::connect(path)).await {
                Ok(stream) => return within_limit(ask(stream, "localhost")).await,
                Err(error) => refused = error,
            }
        }
        for address in place.reachable() {
            match within_limit(TcpStream::connect(address)).await {
                Ok(stream) => return within_limit(ask(stream, &address.to_string())).await,
                Err(error) => refused = error,
            }
        }
    }
    Err(refused)
}

async fn within_limit<T>(work: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    timeout(TIMEOUT, work).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

async fn ask(mut stream: impl AsyncRead + AsyncWrite + Unpin, host: &str) -> io::Result<String> {
    let request = format!("GET {} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n", api::READYZ);
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}
