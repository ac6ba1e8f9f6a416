//! The pending sign-outs in the browser's storage, shared by all tabs. Nothing else about a session is stored.

use crate::browser::{prefixed, storage};
use crate::core::pending_sign_out::{PendingSignOut, StoredSignOuts};

/// The name of the storage entry. It holds public session ids, which grant no access.
const KEY: &str = "pending-sign-out";

/// The pending sign-out of an earlier page or another tab.
pub(super) fn read() -> Option<PendingSignOut> {
    stored().pending()
}

/// Replaces this tab's pending sign-out, and keeps those of other tabs.
pub(super) fn update(before: Option<&PendingSignOut>, now: Option<&PendingSignOut>) {
    let mut stored = stored();
    stored.update(before, now);
    storage::set(&prefixed(KEY), stored.text().as_deref());
}

fn stored() -> StoredSignOuts {
    storage::get(&prefixed(KEY)).map(|text| StoredSignOuts::read(&text)).unwrap_or_default()
}
