//! E-mail addresses as account names: each account has one normalised spelling.

use latchkey_shared::text::is_unseen;

use super::{
    spelling::{composed, decomposed},
    validation::InvalidInput,
};

/// The longest address, in bytes (RFC 5321).
const MAX_BYTES: usize = 254;

/// The normalised spelling of an address: trimmed, without invisible characters, lower case, composed, and with a Unicode domain, because
/// browsers send such domains as punycode. `None` if the text cannot be an address. Whether mail reaches it is not checked.
#[must_use]
pub fn normalise(email: &str) -> Option<String> {
    let seen: String = email.chars().filter(|c| c.is_control() || !is_unseen(*c)).collect();
    let email = composed(&lower_case(&seen)).into_owned();
    let (local, domain) = email.rsplit_once('@')?;
    let email = format!("{local}@{}", unicode(domain).unwrap_or_else(|| domain.to_owned()));
    let printable = !email.chars().any(|c| c.is_whitespace() || c.is_control());
    (!local.is_empty() && !domain.is_empty() && email.len() <= MAX_BYTES && printable).then_some(email)
}

/// Checks the address of a new account, and returns its normalised spelling.
///
/// # Errors
/// The text cannot be an address, or contains invisible characters, so that it would look like another one.
pub fn check_new(email: &str) -> Result<String, InvalidInput> {
    if email.trim().chars().any(is_unseen) {
        return Err(InvalidInput("The e-mail address contains invisible characters: type it instead of pasting it."));
    }
    let normal = normalise(email).ok_or(InvalidInput("This is not an e-mail address."))?;
    let (local, domain) = normal.rsplit_once('@').unwrap_or_default();
    let is_quoted = local.len() > 1 && local.starts_with('"') && local.ends_with('"');
    if local.contains('@') && !is_quoted {
        return Err(InvalidInput("An e-mail address has one @."));
    }
    if unicode(domain).is_none() {
        return Err(InvalidInput("The part of the e-mail address after the @ is not a domain."));
    }
    Ok(normal)
}

/// All spellings under which an address may be stored, without duplicates. The typed one comes first, because accounts were stored that
/// way before addresses were normalised.
#[must_use]
pub fn spellings(email: &str) -> Vec<String> {
    let mut all = vec![lower_case(email)];
    if let Some(normal) = normalise(email) {
        let (local, domain) = normal.rsplit_once('@').unwrap_or_default();
        let ascii = idna::domain_to_ascii(domain).unwrap_or_else(|_| domain.to_owned());
        let older = [
            decomposed(&normal).into_owned(),
            format!("{local}@{ascii}"),
            format!("{}@{ascii}", decomposed(local)),
            format!("{}@{domain}", decomposed(local)),
        ];
        for spelling in std::iter::once(normal.clone()).chain(older) {
            if !all.contains(&spelling) {
                all.push(spelling);
            }
        }
    }
    all
}

/// The stored spelling of an address before addresses were normalised.
fn lower_case(email: &str) -> String {
    email.trim().to_lowercase()
}

/// A domain in Unicode, without punycode; `None` if it is not a valid domain.
fn unicode(domain: &str) -> Option<String> {
    let (unicode, valid) = idna::domain_to_unicode(domain);
    (valid.is_ok() && !unicode.is_empty()).then_some(unicode)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spellings_of_one_address_are_normalised_alike() {
        assert_eq!(normalise(" Ada@Example.ORG ").as_deref(), Some("ada@example.org"));
        let one = Some("josé@bücher.example");
        for spelling in [
            "josé@bücher.example",
            "jose\u{301}@bu\u{308}cher.example",
            "josé@xn--bcher-kva.example",
            "JOSE\u{301}@XN--BCHER-KVA.EXAMPLE",
            "\u{feff}josé@bü\u{ad}cher.example\u{200b} ",
            "josé@BÜCHER\u{3002}example",
        ] {
            assert_eq!(normalise(spelling).as_deref(), one, "{spelling}");
            assert!(spellings(spelling).iter().any(|known| Some(known.as_str()) == one), "{spelling}");
        }
    }

    #[test]
    fn a_text_that_cannot_be_an_address_is_rejected() {
        for email in [
            "",
            "ada",
            "@",
            "ada@",
            "@example.org",
            "a da@example.org",
            "ada@exam\nple.org",
            &"a@".repeat(200),
            "\u{200b}@b",
        ] {
            assert_eq!(normalise(email), None, "{email:?}");
        }
    }

    #[test]
    fn a_new_address_has_no_invisible_characters() {
        assert_eq!(check_new(" Ada@Example.org").as_deref(), Ok("ada@example.org"));
        assert_eq!(check_new("ada@localhost").as_deref(), Ok("ada@localhost"));
        assert_eq!(check_new("\"a@b\"@example.org").as_deref(), Ok("\"a@b\"@example.org"));
        for two in ["a@b@c.example", "a@@c.example", "@a@c.example", "\"@c.example@d.example"] {
            assert!(check_new(two).is_err(), "{two}");
        }
        for unseen in ['\u{200b}', '\u{200d}', '\u{2060}', '\u{feff}', '\u{ad}', '\u{202e}', '\u{3164}', '\u{e0041}'] {
            for email in [format!("a{unseen}da@example.org"), format!("ada@exam{unseen}ple.org")] {
                assert!(check_new(&email).is_err_and(|why| why.to_string().contains("invisible")), "{email:?}");
            }
        }
        assert!(check_new("ada@xn--a.example").is_err(), "invalid punycode");
    }

    #[test]
    fn an_account_is_found_under_every_spelling_that_was_ever_stored() {
        assert_eq!(spellings(" Ada@Example.org "), ["ada@example.org"], "one look-up suffices");
        for added in [
            "josé@bücher.example",
            "jose\u{301}@bu\u{308}cher.example",
            "josé@xn--bcher-kva.example",
            "jose\u{301}@xn--bcher-kva.example",
            "jose\u{301}@bücher.example",
        ] {
            assert!(spellings("JOSÉ@Bücher.example").contains(&added.to_owned()), "{added}");
        }
        let odd = "a\u{200b}da@example.org";
        assert_eq!(spellings(odd), [odd, "ada@example.org"], "the typed spelling comes first");
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing(email in "\\PC{0,20}@\\PC{1,20}") {
            if let Some(normal) = normalise(&email) {
                prop_assert_eq!(normalise(&normal), Some(normal));
            }
        }
    }
}
