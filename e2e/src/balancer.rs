//! nginx in front of several replicas: it sends each request to the next one, without sticky sessions.

use std::{
    fs,
    net::{SocketAddr, TcpListener, TcpStream},
};

use anyhow::{Context, Result};
use latchkey_test_proxies::nginx::{self, Processes};
use tempfile::TempDir;
use tokio::process::Command;

use crate::{
    program::{Program, path_from_env},
    wait::eventually,
};

/// The part of docs/operations.md with the documented configuration.
const DOCUMENTED: &str = include_str!("../../docs/operations.md");

/// A running nginx.
#[derive(Debug)]
pub struct Balancer {
    program: Program,
    address: SocketAddr,
    _folder: TempDir,
}

impl Balancer {
    /// Starts nginx with the documented configuration, for these replicas.
    pub async fn start(replicas: &[SocketAddr]) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let (before, rest) = documented()?.split_once("server 10.0.0.1:8080").context("the first replica")?;
        let (options, rest) = rest.split_once(';').context("the options of a replica")?;
        let (_, after) = rest.split_once(&format!("server 10.0.0.2:8080{options};")).context("the second replica")?;
        let servers: String = replicas.iter().map(|replica| format!("server {replica}{options};\n")).collect();
        let site = format!("{before}{servers}{after}").replace("listen 80;", &format!("listen {address};"));
        fs::write(folder.path().join("nginx.conf"), nginx::config(&site, Processes::One))?;
        let mut command = Command::new(path_from_env("NGINX_BIN")?);
        command.arg("-p").arg(folder.path()).args(["-c", "nginx.conf", "-e", "stderr"]);
        let program = Program::start(&mut command)?;
        eventually("nginx", async || Ok(TcpStream::connect(address)?), |_| true).await?;
        Ok(Self { program, address, _folder: folder })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub async fn stop(&mut self) -> Result<()> {
        self.program.stop().await
    }
}

/// The configuration for several replicas.
fn documented() -> Result<&'static str> {
    let mut blocks = DOCUMENTED.split("```nginx\n").skip(1).filter_map(|rest| Some(rest.split_once("```")?.0));
    blocks.find(|block| block.contains("upstream latchkey {")).context("a configuration for several replicas")
}
