//! The name of the session cookie.

use std::str::FromStr;

use super::{InvalidSetting, try_from_text};

/// The name of the device cookie, without a prefix.
pub const DEVICE_COOKIE: &str = "latchkey-device";

/// The name of the session cookie, such as `session`. With an https public URL, the cookie's name has the prefix `__Host-`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CookieName(String);

impl CookieName {
    /// The name, without a prefix.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_cookie_name(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    (1..=64).contains(&text.len()) && text.bytes().all(plain)
}

/// Checks the name of the device cookie, without a prefix.
///
/// # Errors
/// It is not a valid cookie name, or equals that of the session cookie.
pub fn check_device_cookie_name(name: &str, session: &CookieName) -> Result<(), InvalidSetting> {
    if !is_cookie_name(name) || name.starts_with("__") {
        return Err(InvalidSetting("it must be 1 to 64 characters that a cookie's name may contain".into()));
    }
    if name == session.as_str() {
        return Err(InvalidSetting("the session cookie has this name".into()));
    }
    Ok(())
}

impl Default for CookieName {
    fn default() -> Self {
        Self("session".into())
    }
}

impl FromStr for CookieName {
    type Err = InvalidSetting;

    fn from_str(text: &str) -> Result<Self, InvalidSetting> {
        if !is_cookie_name(text) {
            return Err(InvalidSetting("it must be 1 to 64 characters that a cookie's name may contain".into()));
        }
        if text.starts_with("__") || text == DEVICE_COOKIE {
            return Err(InvalidSetting(
                "this name is reserved: with an https public URL, `__Host-` is put before the name".into(),
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

try_from_text!(CookieName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_valid_cookie_names_are_accepted() {
        assert_eq!("app.sid".parse(), Ok(CookieName("app.sid".into())));
        for bad in ["", "a b", "a=b", "a;b", "é", "__Host-session", "__Secure-a", DEVICE_COOKIE, &"x".repeat(65)] {
            assert!(bad.parse::<CookieName>().is_err(), "{bad}");
        }
    }
}
