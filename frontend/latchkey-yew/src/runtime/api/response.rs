//! An answer as the app gets it.

use crate::browser::Response;

/// The answer to a request: its status, its headers and its whole body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiResponse(pub(super) Response);

impl ApiResponse {
    /// The HTTP status; 0 for a redirection, which is never followed.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.0.status
    }

    /// The value of a header, whatever the case of its name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        self.0.header(name)
    }

    /// The media type: `Content-Type` without its parameters, in lower case. Empty if there is none.
    #[must_use]
    pub fn media_type(&self) -> String {
        let declared = self.header("content-type").unwrap_or_default();
        declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// The body.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        self.0.bytes()
    }

    /// The body as UTF-8, without a byte order mark. What is not UTF-8 becomes `U+FFFD`.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.text()
    }

    /// Whether the body is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.length() == 0
    }
}
