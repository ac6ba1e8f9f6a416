//! The session's channel to the other tabs: it carries what they report, and which of them reads the event stream where there are no
//! Web Locks.

use super::SessionManager;
use crate::browser::{Channel, PageFocus, now_ms, page_focus, prefixed, wall_clock_ms, web_locks_exist};
use crate::core::event::Event;
use crate::core::tab_message::TabMessage;

/// The message of a tab that reads the event stream from now on.
const CLAIM: &str = "";

impl SessionManager {
    /// Opens the channel to the other tabs, until [`stop`](Self::stop).
    pub(super) fn open_channel(&self) {
        self.0.channel.replace(Channel::open(&prefixed("session"), self.weak_callback(Self::receive_message)));
        self.claim_events();
    }

    /// Without Web Locks, the tab that was shown last reads the event stream for all tabs.
    pub(super) fn claim_events(&self) {
        if !web_locks_exist()
            && page_focus() != PageFocus::Hidden
            && let (Some(subscription), Some(channel)) = (&*self.0.subscription.borrow(), &*self.0.channel.borrow())
            && subscription.lead()
        {
            channel.post(CLAIM);
        }
    }

    /// Handles a message of another tab. Its time is on the wall clock, which all tabs share.
    fn receive_message(&self, message: String) {
        if message == CLAIM {
            if let Some(subscription) = &*self.0.subscription.borrow() {
                subscription.follow();
            }
        } else if let Some((message, sent_at)) = TabMessage::from_message(&message) {
            let sent_at_ms = now_ms().saturating_sub(wall_clock_ms().saturating_sub(sent_at));
            self.handle(Event::TabReported { message, sent_at_ms });
        }
    }
}
