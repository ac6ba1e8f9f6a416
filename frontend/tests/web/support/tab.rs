//! Another tab of the same browser, as far as the app can tell: the other end of its channels.

use std::cell::RefCell;
use std::rc::Rc;

use latchkey_frontend::browser::Channel;
use latchkey_frontend::session::{End, News};
use latchkey_shared::{EndReason, SignedIn};

use super::settle;
use super::wire::session;

pub struct Tab {
    channel: Channel,
    heard: Rc<RefCell<Vec<News>>>,
}

impl Tab {
    pub fn open() -> Self {
        let heard = Rc::<RefCell<Vec<News>>>::default();
        let hearing = Rc::clone(&heard);
        let channel = Channel::open("latchkey-session", move |text| {
            hearing.borrow_mut().push(News::read(&text).unwrap());
        });
        Self { channel: channel.unwrap(), heard }
    }

    /// Tells that somebody signed in, or changed.
    pub async fn tells_active(&self, signed_in: SignedIn) {
        self.channel.post(&News::Active(signed_in).write().unwrap());
        settle().await;
    }

    /// Tells that the session that everybody is in has ended.
    pub async fn tells_end(&self, reason: EndReason) {
        self.channel.post(&News::Ended(End { session: session(600).id, reason }).write().unwrap());
        settle().await;
    }

    /// What it heard.
    pub fn heard(&self) -> Vec<News> {
        self.heard.borrow().clone()
    }
}
