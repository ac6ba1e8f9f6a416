//! A newer build of the app than the page's own: when to know of it, and loading the page anew for it, once.

use std::cell::RefCell;

use latchkey_shared::api::BUILD_HEADER;

use super::api::ApiResponse;
use crate::browser::{name, page_build, reload, storage};

/// Under which name a tab keeps the build for which it was loaded anew.
const BUILD_TRIED: &str = "build-tried";

thread_local! {
    /// The newest build that an answer has named.
    static BUILD_SEEN: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Whether an answer names another build of the app than this page's: one that loading the page anew has not failed to bring
/// before, as it may while servers are replaced one after the other.
pub(super) fn is_new_build(response: &ApiResponse) -> bool {
    let newer = response.header(BUILD_HEADER).filter(|build| page_build().is_some_and(|page| page != *build));
    newer.is_some_and(|build| {
        let tried = storage::get_in_tab(&name(BUILD_TRIED)).is_some_and(|tried| tried == build);
        if !tried {
            BUILD_SEEN.set(Some(build));
        }
        !tried
    })
}

/// Loads the page anew for that build.
pub(super) fn load_new_build() {
    storage::set_in_tab(&name(BUILD_TRIED), BUILD_SEEN.take().as_deref());
    reload();
}
