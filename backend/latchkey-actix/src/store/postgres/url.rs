//! The URL of a PostgreSQL database. It may contain a password, which neither `Display`, `Debug` nor an error shows.

use std::{fmt, net::IpAddr, path::Path, str::FromStr, time::Duration};

use sqlx::postgres::{PgConnectOptions, PgSslMode};

use super::connect::ACQUIRE_TIMEOUT;
use crate::store::StoreError;

/// The allowed parameters of a URL. The error about another one does not repeat it: it may be a part of a password with a `?`.
const PARAMETERS: [&str; 19] = [
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "statement-cache-capacity",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
    "target_session_attrs",
];

/// How the connection to a server on another machine must be protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TlsPolicy {
    /// The URL must have `sslmode=verify-full`: the connection is encrypted, and the server proves its name with a certificate.
    #[default]
    VerifyFull,
    /// Any `sslmode` is allowed, because the network is trusted or protected otherwise.
    AsUrlSays,
}

/// A URL such as `postgres://latchkey@db.example/latchkey?sslmode=verify-full`.
#[derive(Clone)]
pub struct PostgresUrl {
    options: PgConnectOptions,
    acquire_timeout: Duration,
}

impl PostgresUrl {
    /// Parses a URL. Missing parts are taken from the `PG…` environment variables and the password file, like in `psql`.
    ///
    /// # Errors
    /// The URL is invalid, or does not fulfil the policy.
    pub fn parse(url: &str, tls: TlsPolicy) -> Result<Self, StoreError> {
        if !url.split_once(':').is_some_and(|(_, rest)| rest.starts_with("//")) {
            return Err(StoreError("the URL must begin with postgres://".into()));
        }
        if has_unknown_parameter(url) {
            let known = PARAMETERS.join(", ");
            let message = format!(
                "the URL has an unknown parameter after its `?`; in a password, write special characters as `%` and their code, \
                 such as `%3F` for `?`. The parameters are {known}"
            );
            return Err(StoreError(message.into()));
        }
        let options = PgConnectOptions::from_str(url).map_err(|error| {
            let hint =
                "if its password has special characters, write them as `%` and their code, such as `%2F` for `/`";
            StoreError(format!("the URL is invalid: {error}; {hint}").into())
        })?;
        let options = match options.get_host().strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
            Some(address) => options.clone().host(address),
            None => options,
        };
        let is_protected = is_local(&options) || matches!(options.get_ssl_mode(), PgSslMode::VerifyFull);
        if tls == TlsPolicy::VerifyFull && !is_protected {
            let message = "the server is on another machine: add sslmode=verify-full to the URL (and sslrootcert=FILE, if the system \
                           does not trust the authority that signed the server's certificate)";
            return Err(StoreError(message.into()));
        }
        Ok(Self { options, acquire_timeout: ACQUIRE_TIMEOUT })
    }

    /// Sets the longest wait of a call for a connection, while all are in use or being made. The default is 250 ms.
    #[must_use]
    pub fn with_acquire_timeout(self, acquire_timeout: Duration) -> Self {
        Self { acquire_timeout, ..self }
    }

    /// Options for connecting. Their `Debug` output contains the password.
    pub(super) fn options(&self) -> PgConnectOptions {
        self.options.clone()
    }

    pub(super) fn acquire_timeout(&self) -> Duration {
        self.acquire_timeout
    }
}

impl FromStr for PostgresUrl {
    type Err = StoreError;

    /// Parses a URL, which must fulfil [`TlsPolicy::VerifyFull`].
    fn from_str(url: &str) -> Result<Self, StoreError> {
        Self::parse(url, TlsPolicy::VerifyFull)
    }
}

impl fmt::Display for PostgresUrl {
    /// Writes the URL without its password and parameters.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (user, port) = (self.options.get_username(), self.options.get_port());
        let host = self.options.get_socket().map_or(self.options.get_host().into(), |socket| socket.to_string_lossy());
        let host = if host.contains(':') { format!("[{host}]").into() } else { host };
        write!(f, "postgres://{user}@{host}:{port}/{}", self.options.get_database().unwrap_or(user))
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn has_unknown_parameter(url: &str) -> bool {
    let Some((_, query)) = url.split_once('?') else { return false };
    let query = query.split_once('#').map_or(query, |(query, _)| query);
    let names = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split('=').next().unwrap_or_default());
    names.into_iter().any(|name| !PARAMETERS.contains(&name) && !name.starts_with("options["))
}

/// Whether the server is reached without leaving this machine.
fn is_local(options: &PgConnectOptions) -> bool {
    let host = options.get_host();
    let address = host.parse::<IpAddr>();
    options.get_socket().is_some()
        || Path::new(host).is_absolute()
        || host == "localhost"
        || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests;
