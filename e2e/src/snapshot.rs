//! What the page shows at one instant.

use std::fmt;

use serde::Deserialize;

/// What the page shows at one instant, as `recorder.js` records it.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Snapshot {
    /// Path and query of the address.
    pub url: String,
    /// The page's heading; empty while there is none.
    pub heading: String,
    /// The rendered text of the page.
    pub text: String,
    /// The toasts, each on one line.
    pub toasts: Vec<String>,
    /// The reconnecting line; empty while the server is reachable.
    pub status: String,
}

impl Snapshot {
    /// The path of the address.
    #[must_use]
    pub fn path(&self) -> &str {
        self.url.split('?').next().unwrap_or_default()
    }

    /// The value of a parameter in the address's query, decoded.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<String> {
        let query = self.url.split_once('?')?.1;
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    /// Whether the page shows a text.
    #[must_use]
    pub fn shows(&self, text: &str) -> bool {
        self.text.contains(text)
    }
}

/// On one line, because a failed story prints many snapshots.
impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { url, heading, text, toasts, status } = self;
        write!(f, "{url} [{heading}] toasts {toasts:?} status {status:?} text {text:?}")
    }
}
