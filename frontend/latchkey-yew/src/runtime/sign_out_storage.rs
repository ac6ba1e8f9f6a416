//! The pending sign-outs of this browser's tabs in its storage, which outlive the page. Nothing else about a session does.

use crate::browser::{name, storage};
use crate::core::pending_sign_out::{PendingSignOut, StoredSignOuts};

/// Under which name the browser keeps the id of a session whose sign-out is pending. It opens nothing.
const KEY: &str = "sign-out-owed";

/// The sign-out that an earlier page or another tab has left pending.
pub(super) fn read() -> Option<PendingSignOut> {
    stored().pending()
}

/// Keeps what is pending in this tab, beside what other tabs have left.
pub(super) fn update(before: Option<&PendingSignOut>, now: Option<&PendingSignOut>) {
    let mut stored = stored();
    stored.update(before, now);
    storage::set(&name(KEY), stored.text().as_deref());
}

fn stored() -> StoredSignOuts {
    storage::get(&name(KEY)).map(|text| StoredSignOuts::read(&text)).unwrap_or_default()
}
