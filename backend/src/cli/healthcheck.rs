//! `latchkey healthcheck`: asks `/readyz`, for supervisors in whose containers there is no curl.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use anyhow::{Context, bail};
use clap::Args;
use latchkey_shared::api;

const TIMEOUT: Duration = Duration::from_secs(5);

/// Which server to ask.
#[derive(Debug, Args)]
pub struct HealthcheckCommand {
    /// Where the server listens.
    #[arg(long, env = "LATCHKEY_LISTEN", default_value = "127.0.0.1:8080", value_name = "HOST:PORT")]
    listen: SocketAddr,
}

pub fn run(HealthcheckCommand { listen }: &HealthcheckCommand) -> anyhow::Result<()> {
    let answer = ask(*listen).with_context(|| format!("no answer from {listen}"))?;
    let status = answer.split_whitespace().nth(1).unwrap_or_default();
    if status != "200" {
        bail!("the server at {listen} is not ready: it answers {status}");
    }
    Ok(())
}

fn ask(listen: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&listen, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    write!(stream, "GET {} HTTP/1.1\r\nHost: {listen}\r\nConnection: close\r\n\r\n", api::READYZ)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
