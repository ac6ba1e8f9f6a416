//! The configuration: every field is a flag, an environment variable and a line of `latchkey serve --help`.

use std::{
    net::{SocketAddr, ToSocketAddrs},
    path::PathBuf,
    str::FromStr,
    time::Duration,
};

use clap::{Args, ValueEnum};

/// Where users and sessions are kept.
#[derive(Clone, Debug, Args)]
pub struct StoreConfig {
    /// Where users and sessions are kept. A file that does not exist is created.
    #[arg(
        long,
        env = "LATCHKEY_DATABASE_URL",
        default_value = "sqlite://latchkey.db",
        value_name = "URL",
        hide_env_values = true
    )]
    pub database_url: String,
}

/// How the server runs.
#[derive(Clone, Debug, Args)]
pub struct Config {
    /// Address and port to listen on. Loopback by default: a reverse proxy that speaks TLS belongs in front.
    #[arg(long, env = "LATCHKEY_LISTEN", default_value = "127.0.0.1:8080", value_name = "HOST:PORT", value_parser = listen_address)]
    pub listen: SocketAddr,

    /// How browsers reach the server. https makes the cookie `__Host-session; Secure` and turns HSTS on. [default: http and the address listened on]
    #[arg(long, env = "LATCHKEY_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<PublicUrl>,

    #[command(flatten)]
    #[expect(
        missing_docs,
        reason = "clap would take a comment here for the description of the whole group"
    )]
    pub store: StoreConfig,

    /// Folder of the built single-page app. Without it the API is served alone. [default: dist, if it is there]
    #[arg(long, env = "LATCHKEY_DIST", value_name = "FOLDER")]
    pub dist: Option<PathBuf>,

    /// From log-in to the session's deadline, such as 7d, 12h or 90s.
    #[arg(long, env = "LATCHKEY_SESSION_LIFETIME", default_value = "7d", value_name = "DURATION", value_parser = lifetime)]
    pub session_lifetime: Duration,

    /// Passwords that are hashed at the same time. [default: half of the processors, at least one]
    #[arg(long, env = "LATCHKEY_HASH_THREADS", value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub hash_threads: Option<u16>,

    /// Passwords that may wait for a hashing thread; log-ins beyond it are answered with 503 at once.
    #[arg(long, env = "LATCHKEY_HASH_QUEUE", default_value_t = 64, value_name = "N")]
    pub hash_queue: u16,

    /// Sessions that are remembered in memory, so that checking them needs no query.
    #[arg(long, env = "LATCHKEY_SESSION_CACHE", default_value_t = 20_000, value_name = "N")]
    pub session_cache: u32,

    /// Threads that serve requests. [default: the number of processors]
    #[arg(long, env = "LATCHKEY_WORKERS", value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub workers: Option<u16>,

    /// How long requests that are being answered may take to finish when the server stops.
    #[arg(long, env = "LATCHKEY_SHUTDOWN_TIMEOUT", default_value = "10s", value_name = "DURATION", value_parser = humantime::parse_duration)]
    pub shutdown_timeout: Duration,

    #[command(flatten)]
    #[expect(
        missing_docs,
        reason = "clap would take a comment here for the description of the whole group"
    )]
    pub log: LogConfig,
}

/// What is logged, and how it looks.
#[derive(Clone, Debug, Args)]
pub struct LogConfig {
    /// What to log, such as `info` or `warn,latchkey_backend=debug`. Checks that succeed are logged at `debug`.
    #[arg(long, env = "LATCHKEY_LOG", default_value = "info", value_name = "FILTER")]
    pub log: String,

    /// How log lines look; they go to standard error.
    #[arg(long, env = "LATCHKEY_LOG_FORMAT", default_value = "text", value_name = "FORMAT")]
    pub log_format: LogFormat,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line, for machines.
    Json,
}

/// The scheme and authority under which browsers see the server, such as `https://app.example.org`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
    https: bool,
}

impl PublicUrl {
    /// Plain http at an address.
    #[must_use]
    pub fn http(address: SocketAddr) -> Self {
        Self {
            origin: format!("http://{address}"),
            https: false,
        }
    }

    /// Scheme, host and port, as a browser's `Origin` header spells them.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Whether browsers come by https.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.https
    }
}

impl FromStr for PublicUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let url = text.to_ascii_lowercase();
        let url = url.strip_suffix('/').unwrap_or(&url);
        let (scheme, authority) = url.split_once("://").ok_or("it must begin with http:// or https://")?;
        let default_port = match scheme {
            "http" => ":80",
            "https" => ":443",
            _ => return Err("it must begin with http:// or https://".into()),
        };
        let authority = authority.strip_suffix(default_port).unwrap_or(authority);
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
        if authority.is_empty() || !authority.chars().all(plain) {
            return Err("after the scheme it must be a host, with a port at the most: a path is not supported".into());
        }
        Ok(Self {
            origin: format!("{scheme}://{authority}"),
            https: scheme == "https",
        })
    }
}

fn listen_address(text: &str) -> Result<SocketAddr, String> {
    let mut addresses = text
        .to_socket_addrs()
        .map_err(|_| "it must be HOST:PORT, such as 127.0.0.1:8080".to_owned())?;
    addresses.next().ok_or_else(|| "the host has no address".to_owned())
}

fn lifetime(text: &str) -> Result<Duration, String> {
    let lifetime = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    // Browsers keep no cookie for longer than 400 days, and it must outlive its session by one.
    let bounds = Duration::from_secs(1)..=Duration::from_secs(399 * 24 * 60 * 60);
    if bounds.contains(&lifetime) {
        Ok(lifetime)
    } else {
        Err("it must lie between 1s and 399d".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_is_an_origin_as_browsers_spell_it() {
        let origin = |text: &str| text.parse::<PublicUrl>().map(|url| url.origin);
        assert_eq!(
            origin("https://App.Example.org/").as_deref(),
            Ok("https://app.example.org")
        );
        assert_eq!(
            origin("https://app.example.org:443").as_deref(),
            Ok("https://app.example.org")
        );
        assert_eq!(origin("http://[::1]:8080").as_deref(), Ok("http://[::1]:8080"));
        for bad in [
            "",
            "app.example.org",
            "ftp://a",
            "https://",
            "https://a/path",
            "https://user@a",
            "https://a?b",
        ] {
            assert!(origin(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_lifetime_has_bounds_that_a_cookie_can_keep() {
        assert_eq!(lifetime("7d"), Ok(Duration::from_secs(604_800)));
        for bad in ["0s", "500ms", "400d", "7", "soon", "-1d"] {
            assert!(lifetime(bad).is_err(), "{bad}");
        }
    }
}
