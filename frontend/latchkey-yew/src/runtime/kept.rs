//! What outlives the page: in the browser the id of a session whose sign-out is pending, and nothing else about a session; in the
//! tab the build for which it was loaded anew.

use std::cell::RefCell;

use crate::browser::{Response, keep, keep_in_tab, kept, kept_in_tab, page_build, reload};
use crate::core::pending_sign_out::{PendingSignOut, StoredSignOuts};

/// Under which name the browser keeps the id of a session that was left without the server's word. It opens nothing.
const SIGN_OUT_OWED: &str = "latchkey-sign-out-owed";

/// Under which name a tab keeps the build for which it was loaded anew.
const BUILD_TRIED: &str = "latchkey-build-tried";

thread_local! {
    /// The newest build that an answer has named.
    static BUILD_SEEN: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// The sign-out that an earlier page or another tab has left pending.
pub(super) fn sign_out() -> Option<PendingSignOut> {
    sign_outs().pending()
}

/// Keeps what is pending in this tab, beside what other tabs have left.
pub(super) fn write_sign_out(before: Option<&PendingSignOut>, now: Option<&PendingSignOut>) {
    let mut stored = sign_outs();
    stored.update(before, now);
    keep(SIGN_OUT_OWED, stored.text().as_deref());
}

fn sign_outs() -> StoredSignOuts {
    kept(SIGN_OUT_OWED).map(|text| StoredSignOuts::read(&text)).unwrap_or_default()
}

/// Whether an answer names another build of the app than this page's: one that loading the page anew has not failed to bring
/// before, as it may while servers are replaced one after the other.
pub(super) fn is_new_build(response: &Response) -> bool {
    let newer = response.build.as_deref().filter(|build| page_build().is_some_and(|page| page != *build));
    newer.is_some_and(|build| {
        let tried = kept_in_tab(BUILD_TRIED).is_some_and(|tried| tried == build);
        if !tried {
            BUILD_SEEN.set(Some(build.to_owned()));
        }
        !tried
    })
}

/// Loads the page anew for that build.
pub(super) fn load_new_build() {
    keep_in_tab(BUILD_TRIED, BUILD_SEEN.take().as_deref());
    reload();
}
