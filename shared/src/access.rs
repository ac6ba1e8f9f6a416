//! Who may see a page. The server's documents and the client's guard decide by the same three words.

use serde::{Deserialize, Serialize};

/// Who may see a page; in a page table `public`, `signed-in` or `signed-out`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Access {
    /// Everybody. When a session ends here, the page stays.
    Public,
    /// Only users with an active session; everybody else is sent to the sign-in page.
    SignedIn,
    /// Only visitors without a session, like the sign-in page itself; a signed-in user is sent on.
    SignedOut,
}
