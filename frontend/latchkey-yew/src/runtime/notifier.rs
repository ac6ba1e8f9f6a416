//! Shows notices in one tab only, the one that is looked at. Every tab learns of an end, but a user should read it once:
//! a tab in front shows it at once and says so to the others; one that is only visible gives that one a moment; one that
//! nobody sees keeps it until it is seen, or until another has shown it.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use latchkey_shared::SessionId;

use crate::browser::{Channel, PageFocus, Timer, page_focus, prefixed};
use crate::core::notice::Notice;
use crate::core::notice_queue::{NoticeQueue, TabFocus, Timing};
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
            let shown_in_other_tab = move |key: String| {
                if let Some(inner) = inner.upgrade() {
                    inner.queue.borrow_mut().shown_in_other_tab(key);
                }
            };
            let channel = Channel::open(&prefixed("notices"), shown_in_other_tab);
            Inner { toasts, texts, channel, queue: RefCell::default(), timer: RefCell::default() }
        }))
    }

    /// Shows a notice about a session, here or in the tab that is looked at.
    pub(super) fn notify(&self, notice: Notice, session: Option<SessionId>) {
        let focus = match page_focus() {
            PageFocus::Focused => TabFocus::Focused,
            PageFocus::Visible => TabFocus::Visible,
            PageFocus::Hidden => TabFocus::Hidden,
        };
        let timing = self.0.queue.borrow_mut().add(notice, session.as_ref(), focus);
        match timing {
            Timing::Now => self.flush(),
            Timing::AfterDelay => {
                let notifier = Rc::downgrade(&self.0);
                let timer = Timer::roughly_after(A_MOMENT_MS, move || {
                    if let Some(notifier) = notifier.upgrade() {
                        Self(notifier).flush();
                    }
                });
                self.0.timer.replace(Some(timer));
            }
            Timing::Later => {}
        }
    }

    /// Somebody looks at this tab: shows what waits.
    pub(super) fn flush(&self) {
        let next = self.0.queue.borrow_mut().take();
        if let Some((notice, key)) = next {
            self.0.toasts.show(notice.toast(&self.0.texts));
            if let Some(channel) = &self.0.channel {
                channel.post(&key);
            }
        }
    }

    /// Takes the notice back, shown or not.
    pub(super) fn withdraw(&self) {
        self.0.queue.borrow_mut().take();
        self.0.toasts.take_away(&ToastId::Session);
    }
}
