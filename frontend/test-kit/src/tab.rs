//! Another tab of the same browser, as far as the app can tell: the other end of its channels.

use std::cell::RefCell;
use std::rc::Rc;

use latchkey_shared::{EndReason, SignedIn};
use latchkey_yew::internals::{Channel, wall_clock_ms};
use latchkey_yew::internals::{SessionEnd, TabMessage};

use super::settle;
use super::wire::session;

pub struct Tab {
    channel: Channel,
    heard: Rc<RefCell<Vec<TabMessage>>>,
}

impl Tab {
    pub fn open() -> Self {
        let heard = Rc::<RefCell<Vec<TabMessage>>>::default();
        let hearing = Rc::clone(&heard);
        let channel = Channel::open("latchkey-session", move |text| {
            hearing.borrow_mut().push(TabMessage::from_message(&text).unwrap().0);
        });
        Self { channel: channel.unwrap(), heard }
    }

    /// Tells that somebody signed in, or changed.
    pub async fn tells_active(&self, signed_in: SignedIn) {
        self.tells(&TabMessage::Active(signed_in)).await;
    }

    /// Tells that the session that everybody is in has ended.
    pub async fn tells_end(&self, reason: EndReason) {
        self.tells(&TabMessage::Ended(SessionEnd::new(session(600).id, reason))).await;
    }

    /// Tells whatever a tab may tell.
    pub async fn tells(&self, message: &TabMessage) {
        self.channel.post(&message.message(wall_clock_ms()).unwrap());
        settle().await;
    }

    /// What it heard.
    pub fn heard(&self) -> Vec<TabMessage> {
        self.heard.borrow().clone()
    }
}
