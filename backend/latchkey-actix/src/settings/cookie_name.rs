//! The name of the session cookie.

use std::str::FromStr;

use super::{InvalidSetting, try_from_text};

/// The name of the device cookie, without a prefix.
pub const DEVICE_COOKIE: &str = "latchkey-device";

/// The name of the session cookie, such as `session`. Behind an https public URL, `__Host-` is put before it.
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

/// Checks the name of a device cookie beside that of the session cookie.
///
/// # Errors
/// It cannot be the name of a cookie, or it is the other one's.
pub fn check_device_cookie_name(name: &str, session: &CookieName) -> Result<(), InvalidSetting> {
    if !is_cookie_name(name) || name.starts_with("__") {
        return Err(InvalidSetting(
            "it must be 1 to 64 letters, digits and signs that a cookie's name may have".into(),
        ));
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
            return Err(InvalidSetting(
                "it must be 1 to 64 letters, digits and signs that a cookie's name may have".into(),
            ));
        }
        if text.starts_with("__") || text == DEVICE_COOKIE {
            return Err(InvalidSetting(
                "this name is taken: `__Host-` is put before the name behind an https public URL".into(),
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
    fn a_cookie_name_is_one_that_cookies_can_have() {
        assert_eq!("app.sid".parse(), Ok(CookieName("app.sid".into())));
        for bad in ["", "a b", "a=b", "a;b", "é", "__Host-session", "__Secure-a", DEVICE_COOKIE, &"x".repeat(65)] {
            assert!(bad.parse::<CookieName>().is_err(), "{bad}");
        }
    }
}
