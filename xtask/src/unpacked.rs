//! Servers that tests start themselves. Their packages are only unpacked, into the cache of tools: installing them would start servers on
//! ports of the system.

use crate::{shell, system, tools};
use anyhow::{Context, Result};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A server, and where it is.
#[derive(Clone, Copy, Debug)]
pub struct Server {
    name: &'static str,
    /// The variable that has its path. It is not `NGINX`, which nginx itself reads.
    pub variable: &'static str,
    /// The path within its package.
    program: &'static str,
    packages: &'static [&'static str],
    /// The argument with which it says its version.
    version: &'static str,
}

pub const NGINX: Server =
    Server { name: "nginx", variable: "NGINX_BIN", program: "usr/sbin/nginx", packages: &["nginx"], version: "-v" };
pub const CADDY: Server =
    Server { name: "caddy", variable: "CADDY_BIN", program: "usr/bin/caddy", packages: &["caddy"], version: "version" };
pub const HAPROXY: Server = Server {
    name: "haproxy",
    variable: "HAPROXY_BIN",
    program: "usr/sbin/haproxy",
    packages: &["haproxy"],
    version: "-v",
};
/// The documented configuration needs lua-socket too.
pub const APACHE: Server = Server {
    name: "apache2",
    variable: "APACHE_BIN",
    program: "usr/sbin/apache2",
    packages: &["apache2-bin", "lua-socket"],
    version: "-v",
};
pub const PGBOUNCER: Server = Server {
    name: "pgbouncer",
    variable: "PGBOUNCER_BIN",
    program: "usr/sbin/pgbouncer",
    packages: &["pgbouncer"],
    version: "--version",
};

/// The reverse proxies of docs/proxies.
pub const PROXIES: [Server; 4] = [NGINX, CADDY, HAPROXY, APACHE];

impl Server {
    /// Ensures that it can be started.
    pub fn get(self) -> Result<()> {
        if env::consts::OS == "linux" {
            // The check below reports a failed installation.
            let _ = tools::install_once(&self.folder(), || Ok(self.path().is_ok()), |folder| self.unpack(folder));
        }
        self.path().map(drop)
    }

    /// Its path.
    pub fn path(self) -> Result<PathBuf> {
        let Self { name, variable, packages, .. } = self;
        // A program of the system may lack what its packages here have beside it.
        let on_path = || if packages.len() == 1 { system::on_path(&[name]) } else { None };
        let found = system::named(variable).or_else(on_path).unwrap_or_else(|| self.folder().join(name));
        let runs = shell::output(Command::new(&found).arg(self.version)).is_some();
        let packages = packages.join("`, `");
        runs.then_some(found).with_context(|| {
            format!("no {name}: install it (Debian's packages are `{packages}`), or give its path in {variable}")
        })
    }

    fn folder(self) -> PathBuf {
        tools::folder(self.name, "unpacked")
    }

    fn unpack(self, folder: &Path) -> Result<()> {
        fs::create_dir_all(folder)?;
        // If the update fails, the present package lists may still be sufficient.
        let _ = system::apt_get("update");
        let mut unpack = Command::new("sh");
        unpack.args(["-c", include_str!("unpack.sh"), "unpack", self.program]).args(self.packages);
        shell::run(unpack.current_dir(folder))
    }
}

/// Ensures that there is an nginx for tests.
pub fn get_nginx() -> Result<()> {
    NGINX.get()
}

/// Ensures that all reverse proxies of docs/proxies are there.
pub fn get_proxies() -> Result<()> {
    PROXIES.into_iter().try_for_each(Server::get)
}

/// Ensures that there is a pgbouncer for tests.
pub fn get_pgbouncer() -> Result<()> {
    PGBOUNCER.get()
}

/// Sets the variables with the paths of servers.
pub fn with_servers<'a>(command: &'a mut Command, servers: &[Server]) -> Result<&'a mut Command> {
    for server in servers {
        command.env(server.variable, server.path()?);
    }
    Ok(command)
}
