//! The quiet line that says that the server does not answer. The status region is in the page from the start, or screen
//! readers would miss its first words.

use yew::prelude::*;

use crate::browser::reload;

/// Says that the server does not answer, and that nothing is lost; and offers to load the page anew, where something else
/// answers in its place. Moves nothing when it comes and goes.
pub fn reconnecting_line(unreachable: Option<(String, bool)>) -> Html {
    let since = unreachable.as_ref().map(|(since, _)| since.clone());
    html! {
        <div class="reconnecting" role="status">
            if let Some(since) = since {
                <span class="reconnecting__line">
                    { "Reconnecting… no answer since " }{ since }{ ". Your work is safe." }
                    if unreachable.is_some_and(|(_, offer_reload)| offer_reload) {
                        <span class="reconnecting__offer">
                            { " Something else answers in the server’s place: a sign-in of your network may have run out." }
                            <button type="button" class="reconnecting__reload" onclick={|_| reload()}>{ "Load the page anew" }</button>
                        </span>
                    }
                </span>
            }
        </div>
    }
}
