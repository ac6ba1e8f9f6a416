//! All components that show the state of the session.

use yew::prelude::*;

use super::expiry_warning::expiry_warning;
use super::progress::progress;
use super::reconnecting_line::reconnecting_line;
use crate::runtime::use_session_notices;

/// All components that show the state of the session: the line while a navigation is checked, the one while the server is unreachable,
/// and the warning before the end. To place them separately, use
/// [`Progress`](super::Progress), [`ReconnectingLine`](super::ReconnectingLine) and [`ExpiryWarning`](super::ExpiryWarning).
#[component]
pub fn SessionUi() -> Html {
    let notices = use_session_notices();
    html! { <>{ progress(notices) }{ reconnecting_line(notices) }{ expiry_warning(notices) }</> }
}
