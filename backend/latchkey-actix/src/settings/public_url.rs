//! The public URL of the server.

use std::{fmt, str::FromStr};

use super::{InvalidSetting, try_from_text};

/// The origin under which browsers reach the server: scheme, host and port without a path, such as `https://app.example.org`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
    https: bool,
}

impl PublicUrl {
    /// A plain http origin from `HOST:PORT`, such as `localhost:8080`.
    #[must_use]
    pub fn http(authority: impl fmt::Display) -> Self {
        Self { origin: format!("http://{authority}").to_ascii_lowercase(), https: false }
    }

    /// The origin as in a browser's `Origin` header: lower case, without the scheme's default port.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Whether browsers use https.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.https
    }
}

impl FromStr for PublicUrl {
    type Err = InvalidSetting;

    fn from_str(text: &str) -> Result<Self, InvalidSetting> {
        let url = text.to_ascii_lowercase();
        let url = url.strip_suffix('/').unwrap_or(&url);
        let (scheme, authority) =
            url.split_once("://").ok_or(InvalidSetting("it must begin with http:// or https://".into()))?;
        let default_port = match scheme {
            "http" => ":80",
            "https" => ":443",
            _ => return Err(InvalidSetting("it must begin with http:// or https://".into())),
        };
        let authority = authority.strip_suffix(default_port).unwrap_or(authority);
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
        if authority.is_empty() || !authority.chars().all(plain) {
            return Err(InvalidSetting("after the scheme only a host and a port can follow, no path: the app and its cookie need a host of their own".into()));
        }
        Ok(Self { origin: format!("{scheme}://{authority}"), https: scheme == "https" })
    }
}

try_from_text!(PublicUrl);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_is_normalised_as_browsers_do() {
        let origin = |text: &str| text.parse::<PublicUrl>().map(|url| url.origin);
        assert_eq!(origin("https://App.Example.org/").as_deref(), Ok("https://app.example.org"));
        assert_eq!(origin("https://app.example.org:443").as_deref(), Ok("https://app.example.org"));
        assert_eq!(origin("http://[::1]:8080").as_deref(), Ok("http://[::1]:8080"));
        for bad in ["", "app.example.org", "ftp://a", "https://", "https://a/path", "https://user@a", "https://a?b"] {
            assert!(origin(bad).is_err(), "{bad}");
        }
    }
}
