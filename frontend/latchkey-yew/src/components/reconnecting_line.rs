//! The line that is shown while the server is unreachable.

use yew::prelude::*;

use crate::browser::{reload, time_of_day};
use crate::hooks::{use_session, use_texts};
use crate::runtime::{SessionNotices, use_session_notices};
use crate::texts::fill;
use crate::view::Reachability;

/// Says that the server does not answer, and that nothing is lost; and offers to load the page anew, where something else answers in
/// its place. Moves nothing when it comes and goes.
#[component]
pub fn ReconnectingLine() -> Html {
    reconnecting_line(use_session_notices())
}

/// The status region is in the page from the start, or screen readers would miss its first words.
pub(super) fn reconnecting_line(notices: SessionNotices) -> Html {
    html! {
        <div class="lk-reconnecting" role="status">
            if notices.unreachable {
                <Words />
            }
        </div>
    }
}

#[component]
fn Words() -> Html {
    let (view, texts) = (use_session(), use_texts());
    let Reachability::Unreachable { since_ms, offer_reload } = view.reachability else {
        return Html::default();
    };
    html! {
        <span class="lk-reconnecting__line">
            { fill(&texts.reconnecting, &time_of_day(since_ms)) }
            if offer_reload {
                <span class="lk-reconnecting__offer">
                    { " " }{ &texts.foreign_answers }
                    <button type="button" class="lk-reconnecting__reload" onclick={|_| reload()}>{ &texts.reload }</button>
                </span>
            }
        </span>
    }
}
