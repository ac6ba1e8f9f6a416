//! What a name and a new password must be.

use latchkey_shared::text::is_unseen;

use super::spelling::composed;

/// How many characters a name may have.
pub const MAX_NAME_CHARS: usize = 100;

/// How many characters a new password may have. There are no rules of composition (NIST SP 800-63B, 3.1.1.2).
const PASSWORD_LENGTH: std::ops::RangeInclusive<usize> = 12..=128;

/// Passwords that everybody tries first, of those that are long enough; lower case, one a line.
const COMMON_PASSWORDS: &str = include_str!("common_passwords.txt");

/// A value that cannot be taken, and why, in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidInput(pub &'static str);

/// A name as it is kept: composed, and without the blanks around it.
///
/// # Errors
/// It is too short, too long, or holds what nobody sees: with it two names could look like one, or turn the page around them.
pub fn check_name(name: &str) -> Result<String, InvalidInput> {
    let name = name.trim();
    if name.chars().any(is_unseen) {
        return Err(InvalidInput("A name has no control characters and no invisible ones."));
    }
    let composed = composed(name);
    if !(1..=MAX_NAME_CHARS).contains(&composed.chars().count().min(name.chars().count())) {
        return Err(InvalidInput("A name has 1 to 100 characters."));
    }
    Ok(composed.into_owned())
}

/// Whether a password may be a new one.
///
/// # Errors
/// It is too short, too long, or one of the commonest.
pub fn check_new_password(password: &str) -> Result<(), InvalidInput> {
    let password = composed(password);
    if !PASSWORD_LENGTH.contains(&password.chars().count()) {
        return Err(InvalidInput("A password has 12 to 128 characters."));
    }
    let lower = password.to_lowercase();
    if COMMON_PASSWORDS.lines().any(|common| common == lower) {
        return Err(InvalidInput("This password is one of the first that everybody tries; take another one."));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
