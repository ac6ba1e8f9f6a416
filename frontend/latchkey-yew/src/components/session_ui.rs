//! All components that show the state of the session.

use yew::prelude::*;

use super::{ExpiryWarning, Progress, ReauthDialog, ReconnectingLine};

/// All components that show the state of the session: the line while a navigation is checked, the one while the server is unreachable,
/// the warning before the end, and the dialog in which a user signs in again. To place them separately, use [`Progress`], [`ReconnectingLine`], [`ExpiryWarning`] and [`ReauthDialog`].
#[component]
pub fn SessionUi() -> Html {
    html! {
        <>
            <Progress />
            <ReconnectingLine />
            <ExpiryWarning />
            <ReauthDialog />
        </>
    }
}
