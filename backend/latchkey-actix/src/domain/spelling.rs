//! Unicode's normal forms: what looks alike on two keyboards may be spelled differently, and must not differ for that.

use std::borrow::Cow;

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};

/// A text in its composed form (NFC): the one in which everything new is kept.
#[must_use]
pub fn composed(text: &str) -> Cow<'_, str> {
    const NFC: ComposingNormalizerBorrowed<'static> = ComposingNormalizerBorrowed::new_nfc();
    NFC.normalize(text)
}

/// A text in its decomposed form (NFD): the one that some programs send, and that older accounts may have been added in.
#[must_use]
pub fn decomposed(text: &str) -> Cow<'_, str> {
    const NFD: DecomposingNormalizerBorrowed<'static> = DecomposingNormalizerBorrowed::new_nfd();
    NFD.normalize(text)
}
