//! Elects the tab that reads the event stream where there are no Web Locks, as on plain http: the tab that was shown last.

use std::rc::Rc;

use super::locks::EVENTS;
use super::names::prefixed;
use super::signals::{PageFocus, Signal, page_focus, visibility_signals};
use super::{Channel, Listener};

/// Calls back with `true` whenever this tab is shown and so leads, and with `false` when another tab has taken over, until the
/// listeners are dropped. In a browser without channels, no tab leads.
#[must_use]
pub fn lead_while_shown_last(changed: impl Fn(bool) + 'static) -> Vec<Listener> {
    let changed = Rc::new(changed);
    let lost = Rc::clone(&changed);
    let Some(channel) = Channel::open(&prefixed(EVENTS), move |_| lost(false)) else {
        return Vec::new();
    };
    let claim = move || {
        channel.post("");
        changed(true);
    };
    if page_focus() != PageFocus::Hidden {
        claim();
    }
    visibility_signals(move |signal| {
        if signal != Signal::Hidden {
            claim();
        }
    })
}
