//! Parsers of configuration values.

use std::{convert::Infallible, fmt, str::FromStr, time::Duration};

use latchkey_actix::server::ListenAddress;

/// The URL of a database. It may contain a password, so `Debug` omits it, and parsing accepts any text: clap would repeat an invalid value.
#[derive(Clone)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// The URL, with the password.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether the URL contains a password, before its host or as a parameter.
    #[must_use]
    pub fn has_password(&self) -> bool {
        let rest = self.0.split_once("://").map_or("", |(_, rest)| rest);
        let (place, parameters) = rest.split_once('?').unwrap_or((rest, ""));
        let user = place.rsplit_once('@').map_or("", |(user, _)| user);
        user.contains(':') || parameters.split('&').any(|parameter| parameter.starts_with("password="))
    }
}

impl FromStr for DatabaseUrl {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.into()))
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseUrl(redacted)")
    }
}

/// A duration, or `off`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OptionalDuration(pub Option<Duration>);

impl FromStr for OptionalDuration {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "off" { Ok(Self(None)) } else { duration(text).map(|duration| Self(Some(duration))) }
    }
}

/// Where to listen, or `off`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionalAddress(pub Option<ListenAddress>);

impl FromStr for OptionalAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "off" { Ok(Self(None)) } else { text.parse().map(|address| Self(Some(address))) }
    }
}

/// Parses a duration of at least a second.
///
/// # Errors
/// The text is not a duration, or the duration is too short.
pub fn duration(text: &str) -> Result<Duration, String> {
    let duration = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    if duration >= Duration::from_secs(1) { Ok(duration) } else { Err("it must be at least 1s".into()) }
}

/// Parses the staleness of the cache: at most a minute.
///
/// # Errors
/// The text is not a duration, or the duration is too long.
pub fn staleness(text: &str) -> Result<Duration, String> {
    let staleness = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    if staleness <= Duration::from_secs(60) { Ok(staleness) } else { Err("it must be at most 60s".into()) }
}

/// Parses the lifetime of a session: 1 second to 399 days.
///
/// # Errors
/// The text is not a duration, or the duration is out of bounds.
pub fn lifetime(text: &str) -> Result<Duration, String> {
    let lifetime = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    // Browsers keep a cookie for at most 400 days, and the cookie outlives its session by a day.
    let bounds = Duration::from_secs(1)..=Duration::from_secs(399 * 24 * 60 * 60);
    if bounds.contains(&lifetime) { Ok(lifetime) } else { Err("it must be between 1s and 399d".into()) }
}

/// Parses how long a one-time link can be used: a minute to 30 days.
///
/// # Errors
/// The text is not a duration, or the duration is out of bounds.
pub fn link_lifetime(text: &str) -> Result<Duration, String> {
    let lifetime = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    let bounds = Duration::from_secs(60)..=Duration::from_secs(30 * 24 * 60 * 60);
    if bounds.contains(&lifetime) { Ok(lifetime) } else { Err("it must be between 1m and 30d".into()) }
}

/// Parses the mode of a Unix socket's file, in octal. Its owner must be able to connect, which needs the permission to write.
///
/// # Errors
/// The text is not such a mode.
pub fn socket_mode(text: &str) -> Result<u32, String> {
    let mode = u32::from_str_radix(text, 8).ok().filter(|mode| mode & !0o777 == 0 && mode & 0o200 != 0);
    mode.ok_or_else(|| "it must be an octal mode that lets the owner write, such as 0660 or 0600".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_optional_duration_can_be_off() {
        assert_eq!("off".parse(), Ok(OptionalDuration(None)));
        assert_eq!("30m".parse(), Ok(OptionalDuration(Some(Duration::from_secs(1800)))));
        assert!("0s".parse::<OptionalDuration>().is_err() && "never".parse::<OptionalDuration>().is_err());
    }

    #[test]
    fn an_optional_address_can_be_off() {
        assert_eq!("off".parse(), Ok(OptionalAddress(None)));
        assert_eq!("127.0.0.1:9464".parse(), "127.0.0.1:9464".parse().map(|address| OptionalAddress(Some(address))));
        assert!("".parse::<OptionalAddress>().is_err() && "on".parse::<OptionalAddress>().is_err());
    }

    #[test]
    fn a_password_in_a_url_is_found_wherever_it_stands() {
        let has = |url: &str| url.parse::<DatabaseUrl>().is_ok_and(|url| url.has_password());
        assert!(has("postgres://ada:pw@db/app") && has("postgres://db/app?user=ada&password=pw"));
        assert!(has("postgres://ada:p@w@db/app?sslmode=verify-full"));
        for without in ["postgres://ada@db:5432/app", "postgres://db:5432/app", "sqlite:///var/lib/latchkey.db", ""] {
            assert!(!has(without), "{without}");
        }
    }

    #[test]
    fn staleness_is_between_zero_and_a_minute() {
        assert_eq!((staleness("0s"), staleness("60s")), (Ok(Duration::ZERO), Ok(Duration::from_secs(60))));
        assert!(staleness("61s").is_err() && staleness("-1s").is_err());
    }

    #[test]
    fn a_lifetime_has_bounds_that_a_cookie_can_keep() {
        assert_eq!(lifetime("7d"), Ok(Duration::from_secs(604_800)));
        for bad in ["0s", "500ms", "400d", "7", "soon", "-1d"] {
            assert!(lifetime(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_mode_of_a_socket_is_octal_and_lets_its_owner_connect() {
        assert_eq!([socket_mode("0660"), socket_mode("600"), socket_mode("0666")], [Ok(0o660), Ok(0o600), Ok(0o666)]);
        for bad in ["", "0o660", "rw-rw----", "0888", "0060", "1660", "-660"] {
            assert!(socket_mode(bad).is_err(), "{bad}");
        }
    }
}
