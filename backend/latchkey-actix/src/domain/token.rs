//! The session token: 256 random bits that only the browser keeps. It has no clear text outside its cookie.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// How many characters a token has in its cookie.
const TEXT_LENGTH: usize = 43;

/// A session token. `Debug` does not show it, and nothing compares it: the store finds its hash.
#[derive(Clone)]
pub struct Token([u8; 32]);

impl Token {
    /// A new token from the operating system's random source.
    #[must_use]
    #[expect(clippy::expect_used, reason = "without randomness there is nothing safe left to do")]
    pub fn random() -> Self {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
        Self(bytes)
    }

    /// Whether a text has the length and the letters of a token.
    #[must_use]
    pub fn has_token_format(text: &[u8]) -> bool {
        text.len() == TEXT_LENGTH && text.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte))
    }

    /// The token in a cookie's value; `None` for anything that was certainly never issued.
    #[must_use]
    pub fn parse(text: impl AsRef<[u8]>) -> Option<Self> {
        let mut bytes = [0; 32];
        let right_length = text.as_ref().len() == TEXT_LENGTH;
        // The decoder refuses stray bits at the end, so that a token has one spelling only.
        (right_length && URL_SAFE_NO_PAD.decode_slice_unchecked(text, &mut bytes) == Ok(32)).then_some(Self(bytes))
    }

    /// The token as a cookie's value.
    #[must_use]
    pub fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What the store knows of the token.
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

/// SHA-256 of a session's token: what the store finds a session by.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash(pub [u8; 32]);

impl TokenHash {
    /// The hash as text. It opens nothing, but it is nobody's business either.
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
    fn no_two_tokens_are_alike() {
        assert_ne!(Token::random().to_text(), Token::random().to_text());
    }

    #[test]
    fn what_was_never_issued_is_no_token() {
        let good = Token::random().to_text();
        for text in ["", "x", &good[1..], &format!("{good}A"), &format!("{good}="), &good.replace(&good[..1], "+")] {
            assert!(Token::parse(text).is_none(), "{text}");
        }
        assert!(Token::parse(format!("{}B", "A".repeat(42))).is_none(), "stray bits at the end");
    }

    proptest! {
        #[test]
        fn a_token_has_one_spelling(bytes in any::<[u8; 32]>()) {
            let text = Token(bytes).to_text();
            prop_assert_eq!(Token::parse(&text).map(|token| token.0), Some(bytes));
        }

        #[test]
        fn what_is_read_is_written_alike(text in "[A-Za-z0-9_-]{43}") {
            if let Some(token) = Token::parse(&text) {
                prop_assert_eq!(token.to_text(), text);
            }
        }

        #[test]
        fn any_text_at_all_is_answered(text in any::<String>()) {
            let _ = Token::parse(&text);
        }
    }
}
