//! The URL of a PostgreSQL database. It may hold a password, which nothing here shows.

use std::{fmt, net::IpAddr, path::Path, str::FromStr};

use sqlx::postgres::{PgConnectOptions, PgSslMode};

use crate::store::StoreError;

/// The parameters that a URL may have. An unknown one is refused by its name alone: its value may be a password.
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

/// How the connection to a database on another machine is protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TlsPolicy {
    /// The URL has to say `sslmode=verify-full`: encrypted, and to the very server that it names.
    #[default]
    VerifyFull,
    /// As the URL says: the network between the two is trusted, or something else protects it.
    AsUrlSays,
}

/// A URL such as `postgres://latchkey@db.example/latchkey?sslmode=verify-full`.
#[derive(Clone)]
pub struct PostgresUrl(PgConnectOptions);

impl PostgresUrl {
    /// Reads a URL. What it leaves out comes from the `PG…` variables and the password file, as with `psql`.
    ///
    /// # Errors
    /// It is none, or it leads to another machine and does not protect the connection as it has to.
    pub fn parse(url: &str, tls: TlsPolicy) -> Result<Self, StoreError> {
        if let Some(unknown) = unknown_parameter(url) {
            return Err(StoreError(format!("the URL has an unknown parameter: {unknown}").into()));
        }
        let options = PgConnectOptions::from_str(url)?;
        let is_protected = is_local(&options) || matches!(options.get_ssl_mode(), PgSslMode::VerifyFull);
        if tls == TlsPolicy::VerifyFull && !is_protected {
            let why = "the database is on another machine: the URL has to say sslmode=verify-full (and sslrootcert=FILE, if the \
                       system does not know who signed the server's certificate)";
            return Err(StoreError(why.into()));
        }
        Ok(Self(options))
    }

    /// How to connect. Its `Debug` shows the password.
    pub(super) fn options(&self) -> PgConnectOptions {
        self.0.clone()
    }
}

impl fmt::Display for PostgresUrl {
    /// The URL without its password and parameters.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (user, port) = (self.0.get_username(), self.0.get_port());
        let host = self.0.get_socket().map_or(self.0.get_host().into(), |socket| socket.to_string_lossy());
        write!(f, "postgres://{user}@{host}:{port}/{}", self.0.get_database().unwrap_or(user))
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn unknown_parameter(url: &str) -> Option<&str> {
    let query = url.split_once('?')?.1;
    let query = query.split_once('#').map_or(query, |(query, _)| query);
    let names = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split('=').next().unwrap_or_default());
    names.into_iter().find(|name| !PARAMETERS.contains(name) && !name.starts_with("options["))
}

/// Whether the way to the server does not leave this machine.
fn is_local(options: &PgConnectOptions) -> bool {
    let host = options.get_host();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    options.get_socket().is_some()
        || Path::new(host).is_absolute()
        || host == "localhost"
        || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests;
