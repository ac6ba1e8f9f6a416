//! E-mail addresses as account names: one spelling for one account.

use latchkey_shared::text::is_unseen;

use super::{
    spelling::{composed, decomposed},
    validation::InvalidInput,
};

/// The longest address, in bytes (RFC 5321).
const MAX_BYTES: usize = 254;

/// The one spelling of an address: no blanks around it, nothing unseen, lower case, composed, and a domain with the letters
/// that its owner writes, also if a browser sends them as punycode. `None` if it cannot be an address: whether it is one,
/// only a letter to it could tell.
#[must_use]
pub fn normalise(email: &str) -> Option<String> {
    let seen: String = email.chars().filter(|c| c.is_control() || !is_unseen(*c)).collect();
    let email = composed(&lower_case(&seen)).into_owned();
    let (local, domain) = email.rsplit_once('@')?;
    let email = format!("{local}@{}", unicode(domain).unwrap_or_else(|| domain.to_owned()));
    let printable = !email.chars().any(|c| c.is_whitespace() || c.is_control());
    (!local.is_empty() && !domain.is_empty() && email.len() <= MAX_BYTES && printable).then_some(email)
}

/// The address of a new account, in its one spelling.
///
/// # Errors
/// It cannot be an address, or it would not look like the one that it is.
pub fn check_new(email: &str) -> Result<String, InvalidInput> {
    if email.trim().chars().any(is_unseen) {
        return Err(InvalidInput("An e-mail address has no invisible characters: type it instead of pasting it."));
    }
    let normal = normalise(email).ok_or(InvalidInput("This is no e-mail address."))?;
    let domain = normal.rsplit_once('@').map_or("", |(_, domain)| domain);
    if unicode(domain).is_none() {
        return Err(InvalidInput("The part of the e-mail address after the @ is no domain."));
    }
    Ok(normal)
}

/// Every spelling under which the account of an address may be kept, each once: first the one that was typed, because accounts
/// were added like that before addresses had one spelling.
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

/// What an address was kept as before it had one spelling.
fn lower_case(email: &str) -> String {
    email.trim().to_lowercase()
}

/// A domain in the letters that its owner writes; `None` if it cannot be a domain.
fn unicode(domain: &str) -> Option<String> {
    let (unicode, valid) = idna::domain_to_unicode(domain);
    (valid.is_ok() && !unicode.is_empty()).then_some(unicode)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_address_has_one_spelling() {
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
    fn what_cannot_be_an_address_is_refused() {
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
    fn a_new_address_looks_like_what_it_is() {
        assert_eq!(check_new(" Ada@Example.org").as_deref(), Ok("ada@example.org"));
        assert_eq!(check_new("ada@localhost").as_deref(), Ok("ada@localhost"));
        for unseen in ['\u{200b}', '\u{200d}', '\u{2060}', '\u{feff}', '\u{ad}', '\u{202e}', '\u{3164}', '\u{e0041}'] {
            for email in [format!("a{unseen}da@example.org"), format!("ada@exam{unseen}ple.org")] {
                assert!(check_new(&email).is_err_and(|why| why.to_string().contains("invisible")), "{email:?}");
            }
        }
        assert!(check_new("ada@xn--a.example").is_err(), "no punycode of anything");
    }

    #[test]
    fn an_account_is_found_under_every_spelling_that_it_may_have_been_added_in() {
        assert_eq!(spellings(" Ada@Example.org "), ["ada@example.org"], "one look-up is enough");
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
        assert_eq!(spellings(odd), [odd, "ada@example.org"], "as it was typed comes first");
    }

    proptest! {
        #[test]
        fn a_spelling_is_its_own_spelling(email in "\\PC{0,20}@\\PC{1,20}") {
            if let Some(normal) = normalise(&email) {
                prop_assert_eq!(normalise(&normal), Some(normal));
            }
        }
    }
}
