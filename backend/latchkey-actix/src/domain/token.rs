//! The session token: 256 random bits. Its clear text exists only in the cookie; the store keeps its hash.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// Characters of a token in its cookie.
const TEXT_LENGTH: usize = 43;

/// A session token. `Debug` redacts it, and it is never compared: the store looks up its hash.
#[derive(Clone)]
pub struct Token([u8; 32]);

impl Token {
    /// A new token from the operating system's random source.
    #[must_use]
    #[expect(clippy::expect_used, reason = "without randomness no token is safe")]
    pub fn random() -> Self {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
        Self(bytes)
    }

    /// Whether a text has the length and the alphabet of a token: 43 characters of base64url.
    #[must_use]
    pub fn has_token_format(text: &[u8]) -> bool {
        let is_base64url = |byte: &u8| matches!(byte, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
        // Not `all`: a loop that stops early compares one byte at a time.
        text.len() == TEXT_LENGTH && text.iter().fold(true, |ours, byte| ours & is_base64url(byte))
    }

    /// Parses a cookie's value; `None` if it cannot be a token that was ever issued.
    #[must_use]
    pub fn parse(text: impl AsRef<[u8]>) -> Option<Self> {
        let mut bytes = [0; 32];
        let right_length = text.as_ref().len() == TEXT_LENGTH;
        // The decoder rejects stray bits at the end, so a token has exactly one text.
        (right_length && URL_SAFE_NO_PAD.decode_slice_unchecked(text, &mut bytes) == Ok(32)).then_some(Self(bytes))
    }

    /// The token as a cookie's value.
    #[must_use]
    pub fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// The hash of the token, by which the store finds its session.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.0).into())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token([redacted])")
    }
}

/// SHA-256 of a token: the key of a session in the store. `Debug` redacts it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash(pub [u8; 32]);

impl TokenHash {
    /// The hash as base64url. It grants no access, but is not meant for logs.
    #[must_use]
    pub fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_token_never_shows_in_debug_output() {
        let token = Token::random();
        assert_eq!(format!("{token:?} {:?}", token.hash()), "Token([redacted]) TokenHash([redacted])");
    }

    #[test]
    fn two_random_tokens_differ() {
        assert_ne!(Token::random().to_text(), Token::random().to_text());
    }

    #[test]
    fn a_value_that_was_never_issued_is_rejected() {
        let good = Token::random().to_text();
        for text in ["", "x", &good[1..], &format!("{good}A"), &format!("{good}="), &good.replace(&good[..1], "+")] {
            assert!(Token::parse(text).is_none(), "{text}");
        }
        assert!(Token::parse(format!("{}B", "A".repeat(42))).is_none(), "stray bits at the end");
    }

    proptest! {
        #[test]
        fn a_token_survives_its_text_form(bytes in any::<[u8; 32]>()) {
            let text = Token(bytes).to_text();
            prop_assert_eq!(Token::parse(&text).map(|token| token.0), Some(bytes));
        }

        #[test]
        fn a_parsed_text_is_written_back_unchanged(text in "[A-Za-z0-9_-]{43}") {
            if let Some(token) = Token::parse(&text) {
                prop_assert_eq!(token.to_text(), text);
            }
        }

        #[test]
        fn no_text_makes_parsing_panic(text in any::<String>()) {
            let _ = Token::parse(&text);
        }
    }
}
