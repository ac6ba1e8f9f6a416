//! Reverse proxies for tests, in the configurations of docs/proxies: what is documented is what is tested.

#![expect(clippy::expect_used, reason = "a test that cannot get its proxy must fail")]

pub mod nginx;

mod config;

use std::{
    env, fs,
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use tempfile::TempDir;

/// A reverse proxy with a documented configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// docs/proxies/nginx.conf.
    Nginx,
    /// docs/proxies/Caddyfile.
    Caddy,
    /// docs/proxies/haproxy.cfg.
    Haproxy,
    /// docs/proxies/apache.conf.
    Apache,
}

/// How browsers reach a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// HTTP/1.1.
    Http,
    /// TLS with a self-signed certificate for `localhost`, and HTTP/2.
    Https,
}

/// What is behind a proxy.
#[derive(Clone, Copy, Debug)]
pub struct Upstreams {
    /// Latchkey's address.
    pub latchkey: SocketAddr,
    /// The address of the program that Latchkey guards below `/reports/`.
    pub program: SocketAddr,
}

/// A running proxy. It is killed when it is dropped.
#[derive(Debug)]
pub struct Proxy {
    /// Which one it is.
    pub kind: Kind,
    /// Where browsers reach it, without a slash at the end.
    pub url: String,
    /// Its certificate as PEM, if it has one.
    pub certificate: Option<String>,
    process: Child,
    _folder: TempDir,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Nginx, Self::Caddy, Self::Haproxy, Self::Apache];

    /// The program, and the variable that has its path. `cargo xtask test` installs it and sets the variable.
    const fn program(self) -> (&'static str, &'static str) {
        match self {
            Self::Nginx => ("nginx", "NGINX_BIN"),
            Self::Caddy => ("caddy", "CADDY_BIN"),
            Self::Haproxy => ("haproxy", "HAPROXY_BIN"),
            Self::Apache => ("apache2", "APACHE_BIN"),
        }
    }

    /// The path of the program, if it is installed.
    ///
    /// # Panics
    /// It is not, and this is CI.
    #[must_use]
    pub fn path(self) -> Option<PathBuf> {
        let (name, variable) = self.program();
        let path = env::var_os("PATH").unwrap_or_default();
        // Not in the `PATH` of ordinary users.
        let folders = env::split_paths(&path).chain(["/usr/sbin".into()]);
        let found = folders.map(|folder| folder.join(name)).find(|file| file.is_file());
        let found = env::var_os(variable).map(PathBuf::from).or(found);
        assert!(found.is_some() || env::var("CI").is_err(), "there is no {name}");
        found
    }
}

impl Proxy {
    /// Starts a proxy. `None` if it is not installed.
    ///
    /// # Panics
    /// It does not start.
    #[must_use]
    pub fn start(kind: Kind, scheme: Scheme, upstreams: Upstreams) -> Option<Self> {
        let program = kind.path()?;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = free_address();
        let certificate = (scheme == Scheme::Https).then(|| write_certificate(folder.path()));
        let arguments = config::write(kind, folder.path(), at, scheme, upstreams);
        let log = fs::File::create(folder.path().join("log")).expect("a log");
        let mut command = Command::new(program);
        command.args(arguments).current_dir(folder.path()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        // Caddy keeps its state there.
        command.env("HOME", folder.path()).env("XDG_DATA_HOME", folder.path()).env("XDG_CONFIG_HOME", folder.path());
        let mut process = command.spawn().expect("the proxy is executable");
        while TcpStream::connect(at).is_err() {
            let ended = process.try_wait().expect("a process that was started").is_some();
            assert!(!ended, "{kind:?}: {}", fs::read_to_string(folder.path().join("log")).unwrap_or_default());
            thread::sleep(Duration::from_millis(10));
        }
        let url = match scheme {
            Scheme::Http => format!("http://{at}"),
            Scheme::Https => format!("https://localhost:{}", at.port()),
        };
        Some(Self { kind, url, certificate, process, _folder: folder })
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// An address on which nothing listens.
///
/// # Panics
/// No port is available.
#[must_use]
pub fn free_address() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    listener.local_addr().expect("an address")
}

/// Writes `certificate.pem`, `key.pem`, and `both.pem` for HAProxy. Returns the certificate.
fn write_certificate(folder: &Path) -> String {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let (certificate, key) = (made.cert.pem(), made.signing_key.serialize_pem());
    let both = [&certificate, "\n", &*key].concat();
    for (name, text) in [("certificate.pem", &certificate), ("key.pem", &key), ("both.pem", &both)] {
        fs::write(folder.join(name), text).expect("a writable folder");
    }
    certificate
}
