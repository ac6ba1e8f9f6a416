//! A thin line at the top of the window while the check of a navigation is in flight. Its style hides it for the first 150 ms,
//! so that a quick answer shows nothing.

use yew::prelude::*;

use crate::runtime::{SessionNotices, use_session_notices};

/// The progress line.
#[component]
pub fn Progress() -> Html {
    progress(use_session_notices())
}

/// It is hidden from screen readers, because the page is already shown.
pub(super) fn progress(notices: SessionNotices) -> Html {
    html! {
        <div aria-hidden="true">
            if notices.navigating {
                <div class="lk-progress"></div>
            }
        </div>
    }
}
