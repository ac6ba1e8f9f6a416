//! Shows notices in one tab only, the one that is looked at. Every tab learns of an end, but a person should read it once:
//! a tab in front shows it at once and says so to the others; one that is only visible gives that one a moment; one that
//! nobody sees keeps it until it is seen, or until another has shown it.

use std::cell::RefCell;
use std::rc::Rc;

use super::notice::{NOTICE_ID, Notice};
use crate::browser::{Attention, Channel, Timer, attention};
use crate::toast::Toasts;

const CHANNEL: &str = "latchkey-notices";
const A_MOMENT_MS: u64 = 80;

/// Shows notices; clones are the same teller.
#[derive(Clone)]
pub(super) struct Teller(Rc<Inner>);

struct Inner {
    toasts: Toasts,
    channel: Option<Channel>,
    waiting: RefCell<Option<Notice>>,
    timer: RefCell<Option<Timer>>,
}

impl Teller {
    pub(super) fn new(toasts: Toasts) -> Self {
        Self(Rc::new_cyclic(|inner: &std::rc::Weak<Inner>| {
            let inner = inner.clone();
            let shown_elsewhere = move |_| {
                if let Some(inner) = inner.upgrade() {
                    inner.waiting.take();
                }
            };
            let channel = Channel::open(CHANNEL, shown_elsewhere);
            Inner { toasts, channel, waiting: RefCell::default(), timer: RefCell::default() }
        }))
    }

    /// Tells the person, here or in the tab that they look at.
    pub(super) fn tell(&self, notice: Notice) {
        self.0.waiting.replace(Some(notice));
        match attention() {
            Attention::Focused => self.seen(),
            Attention::Visible => {
                let teller = Rc::downgrade(&self.0);
                let timer = Timer::roughly_after(A_MOMENT_MS, move || {
                    if let Some(teller) = teller.upgrade() {
                        Self(teller).seen();
                    }
                });
                self.0.timer.replace(Some(timer));
            }
            Attention::Hidden => {}
        }
    }

    /// Somebody looks at this tab: shows what waits.
    pub(super) fn seen(&self) {
        if let Some(notice) = self.0.waiting.take() {
            self.0.toasts.show(notice.toast());
            if let Some(channel) = &self.0.channel {
                channel.post("shown");
            }
        }
    }

    /// Takes the notice back, shown or not.
    pub(super) fn withdraw(&self) {
        self.0.waiting.take();
        self.0.toasts.dismiss(NOTICE_ID);
    }
}
