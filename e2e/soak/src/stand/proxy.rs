//! nginx before the replicas: each request goes to another one.

use std::{
    fmt::Write as _,
    fs,
    net::SocketAddr,
    path::Path,
    process::{Child, Command},
};

use anyhow::{Context, Result};
use latchkey_test_proxies::nginx::{self, Processes};
use rustix::process::{Pid, Signal, kill_process};

/// nginx before the replicas.
#[derive(Debug)]
pub struct Proxy {
    pub site: String,
    nginx: Child,
}

impl Proxy {
    pub fn start(nginx: &Path, folder: &Path, at: SocketAddr, replicas: &[SocketAddr]) -> Result<Self> {
        fs::write(folder.join("nginx.conf"), config(at, replicas))?;
        let mut command = Command::new(nginx);
        command.arg("-p").arg(folder).args(["-c", "nginx.conf", "-e", "nginx.log"]);
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let nginx = command.spawn().context("cannot start nginx")?;
        Ok(Self { site: format!("http://{at}"), nginx })
    }

    /// Makes it read its configuration again: new workers take over, the old ones finish.
    pub fn reload(&self) -> Result<()> {
        signal(self.nginx.id(), Signal::HUP)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // Its workers end with it only if it is asked. It may have ended by itself.
        let _ = signal(self.nginx.id(), Signal::TERM);
        let _ = self.nginx.wait();
    }
}

pub(super) fn signal(process: u32, signal: Signal) -> Result<()> {
    let pid = Pid::from_raw(process.cast_signed()).context("no process has this number")?;
    kill_process(pid, signal).context("cannot signal a process")
}

/// A request without an answer is repeated on another replica, unless it is a POST or a PATCH. A DELETE may so be carried out twice.
fn config(at: SocketAddr, replicas: &[SocketAddr]) -> String {
    let servers = replicas.iter().fold(String::new(), |mut servers, replica| {
        let _ = write!(servers, "server {replica} max_fails=1 fail_timeout=1s; ");
        servers
    });
    let site = format!(
        "    upstream replicas {{ {servers} keepalive 32; }}
    server {{
        listen {at};
        location / {{
            proxy_pass http://replicas;
            proxy_http_version 1.1;
            proxy_set_header Connection \"\";
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $http_x_forwarded_for;
            proxy_connect_timeout 1s;
            proxy_read_timeout 5s;
        }}
    }}"
    );
    nginx::config(&site, Processes::MasterAndWorker)
}
