//! Detects that the server has another build of the app than this page, and reloads the page for it, once per build.

use std::cell::RefCell;

use latchkey_shared::api::{BUILD_HEADER, BUILD_META};

use super::api::ApiResponse;
use crate::browser::{page_meta, prefixed, reload, storage};

/// The storage entry of the build for which this tab was last reloaded.
const BUILD_TRIED: &str = "build-tried";

thread_local! {
    /// The last other build that an answer has named.
    static BUILD_SEEN: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Whether an answer names another build than this page's. A build for which this tab was reloaded in vain does not count, as
/// can happen while servers are replaced one after the other.
pub(super) fn is_new_build(response: &ApiResponse) -> bool {
    let newer = response.header(BUILD_HEADER).filter(|build| page_meta(BUILD_META).is_some_and(|page| page != *build));
    newer.is_some_and(|build| {
        let tried = storage::get_in_tab(&prefixed(BUILD_TRIED)).is_some_and(|tried| tried == build);
        if !tried {
            BUILD_SEEN.set(Some(build));
        }
        !tried
    })
}

/// Reloads the page for the build that was seen last.
pub(super) fn load_new_build() {
    storage::set_in_tab(&prefixed(BUILD_TRIED), BUILD_SEEN.take().as_deref());
    reload();
}
