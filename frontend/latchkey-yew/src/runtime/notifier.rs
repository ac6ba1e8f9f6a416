//! Shows notices in one tab only, the one that is looked at. Every tab learns of an end, but a user should read it once:
//! a tab in front shows it at once and says so to the others; one that is only visible gives that one a moment; one that
//! nobody sees keeps it until it is seen, or until another has shown it.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use latchkey_shared::SessionId;

use crate::browser::{Channel, PageFocus, Timer, name, page_focus};
use crate::core::notice::Notice;
use crate::core::notice_queue::{Attended, NoticeQueue, Turn};
use crate::texts::Texts;
use crate::toast::{ToastId, Toasts};

const A_MOMENT_MS: u64 = 80;

/// Shows notices; clones are the same notifier.
#[derive(Clone)]
pub(super) struct Notifier(Rc<Inner>);

struct Inner {
    toasts: Toasts,
    texts: Rc<Texts>,
    channel: Option<Channel>,
    queue: RefCell<NoticeQueue>,
    timer: RefCell<Option<Timer>>,
}

impl Notifier {
    pub(super) fn new(toasts: Toasts, texts: Rc<Texts>) -> Self {
        Self(Rc::new_cyclic(|inner: &Weak<Inner>| {
            let inner = inner.clone();
            let shown_elsewhere = move |about: String| {
                if let Some(inner) = inner.upgrade() {
                    inner.queue.borrow_mut().shown_elsewhere(about);
                }
            };
            let channel = Channel::open(&name("notices"), shown_elsewhere);
            Inner { toasts, texts, channel, queue: RefCell::default(), timer: RefCell::default() }
        }))
    }

    /// Shows a notice about a session, here or in the tab that is looked at.
    pub(super) fn notify(&self, notice: Notice, session: Option<SessionId>) {
        let attended = match page_focus() {
            PageFocus::Focused => Attended::Now,
            PageFocus::Visible => Attended::Perhaps,
            PageFocus::Hidden => Attended::Later,
        };
        let turn = self.0.queue.borrow_mut().add(notice, session.as_ref(), attended);
        match turn {
            Turn::Show => self.flush(),
            Turn::WaitAMoment => {
                let notifier = Rc::downgrade(&self.0);
                let timer = Timer::roughly_after(A_MOMENT_MS, move || {
                    if let Some(notifier) = notifier.upgrade() {
                        Self(notifier).flush();
                    }
                });
                self.0.timer.replace(Some(timer));
            }
            Turn::Wait => {}
        }
    }

    /// Somebody looks at this tab: shows what waits.
    pub(super) fn flush(&self) {
        let next = self.0.queue.borrow_mut().take();
        if let Some((notice, about)) = next {
            self.0.toasts.show(notice.toast(&self.0.texts));
            if let Some(channel) = &self.0.channel {
                channel.post(&about);
            }
        }
    }

    /// Takes the notice back, shown or not.
    pub(super) fn withdraw(&self) {
        self.0.queue.borrow_mut().take();
        self.0.toasts.take_away(&ToastId::Session);
    }
}
