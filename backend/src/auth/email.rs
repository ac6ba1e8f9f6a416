//! E-mail addresses as account names: one spelling for one account.

/// The longest address, in bytes (RFC 5321).
const MAX_BYTES: usize = 254;

/// The one spelling of an address: no blanks around it, lower case. `None` if it cannot be an address: whether it is
/// one, only a letter to it could tell.
#[must_use]
pub fn normalise(email: &str) -> Option<String> {
    let email = email.trim().to_lowercase();
    let (local, domain) = email.rsplit_once('@')?;
    let printable = !email.chars().any(|c| c.is_whitespace() || c.is_control());
    (!local.is_empty() && !domain.is_empty() && email.len() <= MAX_BYTES && printable).then_some(email)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_spelling() {
        assert_eq!(normalise(" Ada@Example.ORG ").as_deref(), Some("ada@example.org"));
    }

    #[test]
    fn what_cannot_be_an_address_is_refused() {
        for email in
            ["", "ada", "@", "ada@", "@example.org", "a da@example.org", "ada@exam\nple.org", &"a@".repeat(200)]
        {
            assert_eq!(normalise(email), None, "{email:?}");
        }
    }
}
