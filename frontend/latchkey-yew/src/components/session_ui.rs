//! All that the library shows of a session, in one place.

use yew::prelude::*;

use super::{ExpiryWarning, Progress, ReauthDialog, ReconnectingLine};

/// All that the library shows of a session by itself: the line while a navigation is checked, the one while the server does not answer,
/// the warning before the end, and the dialog in which a user signs in again over the page. An app that wants to place them one by one
/// uses [`Progress`], [`ReconnectingLine`], [`ExpiryWarning`] and [`ReauthDialog`].
#[component]
pub fn SessionUi() -> Html {
    html! {
        <div class="session-ui">
            <Progress />
            <ReconnectingLine />
            <ExpiryWarning />
            <ReauthDialog />
        </div>
    }
}
