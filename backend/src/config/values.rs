//! The values that configuration is made of, and how they are read.

use std::{str::FromStr, time::Duration};

use super::Listen;

/// The name of the device cookie, without a prefix.
pub const DEVICE_COOKIE: &str = "latchkey-device";

/// A duration, or `off`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OptionalDuration(pub Option<Duration>);

impl FromStr for OptionalDuration {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "off" { Ok(Self(None)) } else { duration(text).map(|duration| Self(Some(duration))) }
    }
}

/// The scheme and authority under which browsers see the server, such as `https://app.example.org`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
    https: bool,
}

impl PublicUrl {
    /// Plain http at the address that the server listens on, spelled as in its configuration.
    #[must_use]
    pub fn http(listen: &Listen) -> Self {
        Self { origin: format!("http://{listen}").to_ascii_lowercase(), https: false }
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
        Ok(Self { origin: format!("{scheme}://{authority}"), https: scheme == "https" })
    }
}

/// The name of the session cookie, without a prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CookieName(String);

impl CookieName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CookieName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if text.is_empty() || text.len() > 64 || !text.bytes().all(plain) {
            return Err("it must be 1 to 64 letters, digits and signs that a cookie's name may have".into());
        }
        if text.starts_with("__") || text == DEVICE_COOKIE {
            return Err("this name is taken: `__Host-` is put before the name behind an https public URL".into());
        }
        Ok(Self(text.to_owned()))
    }
}

/// Reads a duration of a second at least.
///
/// # Errors
/// It is none, or too short: in words.
pub fn duration(text: &str) -> Result<Duration, String> {
    let duration = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    if duration >= Duration::from_secs(1) { Ok(duration) } else { Err("it must be 1s at least".into()) }
}

/// Reads how old an answer from memory may be.
///
/// # Errors
/// It is no duration, or one that is too long for that: in words.
pub fn staleness(text: &str) -> Result<Duration, String> {
    let staleness = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    if staleness <= Duration::from_secs(60) { Ok(staleness) } else { Err("it must be 60s at the most".into()) }
}

/// Reads the lifetime of a session.
///
/// # Errors
/// It is none, or beyond what a cookie can keep: in words.
pub fn lifetime(text: &str) -> Result<Duration, String> {
    let lifetime = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    // Browsers keep no cookie for longer than 400 days, and it must outlive its session by one.
    let bounds = Duration::from_secs(1)..=Duration::from_secs(399 * 24 * 60 * 60);
    if bounds.contains(&lifetime) { Ok(lifetime) } else { Err("it must lie between 1s and 399d".into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_is_an_origin_as_browsers_spell_it() {
        let origin = |text: &str| text.parse::<PublicUrl>().map(|url| url.origin);
        assert_eq!(origin("https://App.Example.org/").as_deref(), Ok("https://app.example.org"));
        assert_eq!(origin("https://app.example.org:443").as_deref(), Ok("https://app.example.org"));
        assert_eq!(origin("http://[::1]:8080").as_deref(), Ok("http://[::1]:8080"));
        for bad in ["", "app.example.org", "ftp://a", "https://", "https://a/path", "https://user@a", "https://a?b"] {
            assert!(origin(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_cookie_name_is_one_that_cookies_can_have() {
        assert_eq!("app.sid".parse(), Ok(CookieName("app.sid".into())));
        for bad in ["", "a b", "a=b", "a;b", "é", "__Host-session", "__Secure-a", DEVICE_COOKIE, &"x".repeat(65)] {
            assert!(bad.parse::<CookieName>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_limit_can_be_off() {
        assert_eq!("off".parse(), Ok(OptionalDuration(None)));
        assert_eq!("30m".parse(), Ok(OptionalDuration(Some(Duration::from_secs(1800)))));
        assert!("0s".parse::<OptionalDuration>().is_err() && "never".parse::<OptionalDuration>().is_err());
    }

    #[test]
    fn memory_may_be_off_and_never_older_than_a_minute() {
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
}
