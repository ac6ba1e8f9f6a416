//! The rules for names and new passwords.

use latchkey_shared::text::is_unseen;

use super::spelling::composed;

/// Longest name, in characters.
pub const MAX_NAME_CHARS: usize = 100;

/// Length of a new password, in characters. There are no composition rules (NIST SP 800-63B, 3.1.1.2).
const PASSWORD_LENGTH: std::ops::RangeInclusive<usize> = 12..=128;

/// The most common passwords of sufficient length, one per line, in lower case.
const COMMON_PASSWORDS: &str = include_str!("common_passwords.txt");

/// A value that was rejected; the message is a sentence for the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidInput(pub &'static str);

/// Checks a name, and returns it in composed form without surrounding blanks.
///
/// # Errors
/// The name is empty, longer than 100 characters, or contains invisible characters, which could make two names look alike or change
/// the direction of the page's text.
pub fn check_name(name: &str) -> Result<String, InvalidInput> {
    let name = name.trim();
    if name.chars().any(is_unseen) {
        return Err(InvalidInput("A name must not contain control characters or invisible characters."));
    }
    let composed = composed(name);
    if !(1..=MAX_NAME_CHARS).contains(&composed.chars().count().min(name.chars().count())) {
        return Err(InvalidInput("A name has 1 to 100 characters."));
    }
    Ok(composed.into_owned())
}

/// Checks a new password: 12 to 128 characters, and not a common one.
///
/// # Errors
/// The password is too short, too long, or too common.
pub fn check_new_password(password: &str) -> Result<(), InvalidInput> {
    let password = composed(password);
    if !PASSWORD_LENGTH.contains(&password.chars().count()) {
        return Err(InvalidInput("A password has 12 to 128 characters."));
    }
    let lower = password.to_lowercase();
    if COMMON_PASSWORDS.lines().any(|common| common == lower) {
        return Err(InvalidInput("This password is too common; choose another one."));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
