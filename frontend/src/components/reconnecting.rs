//! The quiet line that says that the server does not answer. The status region is in the page from the start, or screen
//! readers would miss its first words.

use yew::prelude::*;

/// Says that the server does not answer, and that nothing is lost. Moves nothing when it comes and goes.
pub(super) fn reconnecting_line(since: Option<String>) -> Html {
    html! {
        <div class="reconnecting" role="status">
            if let Some(since) = since {
                <span class="reconnecting__line">{ "Reconnecting… no answer since " }{ since }{ ". Your work is safe." }</span>
            }
        </div>
    }
}
