//! The rule for new passwords that a form checks before it sends one. The server has more rules.

/// The hint at a field for a new password.
pub(super) const HINT: &str = "12 to 128 characters. A few words in a row are easy to remember.";

/// The error of a password that does not fit.
pub(super) const REFUSED: &str = "A password has 12 to 128 characters.";

/// Whether a new password has the length that the server requires: 12 to 128 characters.
pub(super) fn fits(password: &str) -> bool {
    password.chars().nth(11).is_some() && password.chars().nth(128).is_none()
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn a_new_password_has_12_to_128_characters_whatever_their_bytes() {
        for (length, expected) in [(0, false), (11, false), (12, true), (128, true), (129, false)] {
            assert_eq!(fits(&"ä".repeat(length)), expected, "{length}");
        }
    }
}
