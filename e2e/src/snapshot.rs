//! What a person sees at one snapshot.

use std::fmt;

use serde::Deserialize;

/// What a person sees at one snapshot; `recorder.js` writes them down.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Snapshot {
    /// Path and query of the address.
    pub url: String,
    /// The page's heading; empty before there is one.
    pub heading: String,
    /// Every word of the page.
    pub text: String,
    /// The toasts, each on one line.
    pub toasts: Vec<String>,
    /// The quiet line about the connection; empty while there is none.
    pub status: String,
}

impl Snapshot {
    /// The path of the address.
    #[must_use]
    pub fn path(&self) -> &str {
        self.url.split('?').next().unwrap_or_default()
    }

    /// A value in the query of the address.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<String> {
        let query = self.url.split_once('?')?.1;
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    /// Whether some words stand in the page.
    #[must_use]
    pub fn shows(&self, words: &str) -> bool {
        self.text.contains(words)
    }
}

/// Shorter than the derived one, because a story that fails shows many.
impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { url, heading, text, toasts, status } = self;
        write!(f, "{url} [{heading}] toasts {toasts:?} status {status:?} text {text:?}")
    }
}
