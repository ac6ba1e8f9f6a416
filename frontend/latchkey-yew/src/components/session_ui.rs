//! All components that show the state of the session.

use yew::prelude::*;

use super::{ExpiryWarning, Progress, ReconnectingLine};

/// All components that show the state of the session: the line while a navigation is checked, the one while the server is unreachable,
/// and the warning before the end. To place them separately, use [`Progress`], [`ReconnectingLine`] and [`ExpiryWarning`].
#[component]
pub fn SessionUi() -> Html {
    html! {
        <>
            <Progress />
            <ReconnectingLine />
            <ExpiryWarning />
        </>
    }
}
