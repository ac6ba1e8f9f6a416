//! The quiet line that says that the server does not answer. The status region is in the page from the start, or screen
//! readers would miss its first words.

use yew::prelude::*;

/// See [`ReconnectingLine`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct ReconnectingLineProps {
    /// Whether there is anything to say.
    pub shown: bool,
}

/// Says that the server does not answer, and that nothing is lost. Moves nothing when it comes and goes.
#[component]
pub fn ReconnectingLine(props: &ReconnectingLineProps) -> Html {
    html! {
        <div class="reconnecting" role="status">
            if props.shown {
                <span class="reconnecting__line">{ "Reconnecting… your work is safe." }</span>
            }
        </div>
    }
}
