//! Another tab of the same browser: the other end of the app's channel.

use std::cell::RefCell;
use std::rc::Rc;

use latchkey_shared::{EndReason, SignedIn};
use latchkey_yew::internals::{Channel, wall_clock_ms};
use latchkey_yew::internals::{SessionEnd, TabMessage};

use super::settle;
use super::wire::session;

pub struct Tab {
    channel: Channel,
    received: Rc<RefCell<Vec<TabMessage>>>,
}

impl Tab {
    pub fn open() -> Self {
        let received = Rc::<RefCell<Vec<TabMessage>>>::default();
        let receiving = Rc::clone(&received);
        let channel = Channel::open("latchkey-session", move |text| {
            receiving.borrow_mut().push(TabMessage::from_message(&text).unwrap().0);
        });
        Self { channel: channel.unwrap(), received }
    }

    /// Sends that a user signed in, or changed.
    pub async fn sends_active(&self, signed_in: SignedIn) {
        self.sends(&TabMessage::Active(signed_in)).await;
    }

    /// Sends that the tests' session has ended.
    pub async fn sends_end(&self, reason: EndReason) {
        self.sends(&TabMessage::Ended(SessionEnd::new(session(600).id, reason))).await;
    }

    /// Sends a message.
    pub async fn sends(&self, message: &TabMessage) {
        self.channel.post(&message.message(wall_clock_ms()).unwrap());
        settle().await;
    }

    /// The messages that it has received.
    pub fn received(&self) -> Vec<TabMessage> {
        self.received.borrow().clone()
    }
}
