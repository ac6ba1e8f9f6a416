//! Another tab of the same browser, as far as the app can tell: the other end of its channels.

use std::cell::RefCell;
use std::rc::Rc;

use latchkey_shared::{EndReason, SignedIn};
use latchkey_yew::browser::{Channel, date_ms};
use latchkey_yew::core::tab_message::{End, News};

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
            hearing.borrow_mut().push(News::from_message(&text).unwrap().0);
        });
        Self { channel: channel.unwrap(), heard }
    }

    /// Tells that somebody signed in, or changed.
    pub async fn tells_active(&self, signed_in: SignedIn) {
        self.tells(&News::Active(signed_in)).await;
    }

    /// Tells that the session that everybody is in has ended.
    pub async fn tells_end(&self, reason: EndReason) {
        self.tells(&News::Ended(End::new(session(600).id, reason))).await;
    }

    /// Tells whatever a tab may tell.
    pub async fn tells(&self, news: &News) {
        self.channel.post(&news.message(date_ms()).unwrap());
        settle().await;
    }

    /// What it heard.
    pub fn heard(&self) -> Vec<News> {
        self.heard.borrow().clone()
    }
}
