//! Shows each notice in only one tab. All tabs learn of an end; the tab with the focus shows it at once and notifies the others,
//! a visible tab waits a moment for that, and a hidden tab keeps the notice until it is visible or another tab has shown it.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use latchkey_shared::SessionId;

use crate::browser::{Channel, PageFocus, Timer, page_focus, prefixed};
use crate::core::notice::Notice;
use crate::core::notice_queue::{NoticeQueue, TabFocus, Timing};
use crate::texts::Texts;
use crate::toast::{ToastId, Toasts};

/// How long a visible tab waits for the one with the focus. On a busy machine a message between tabs takes hundreds of milliseconds.
const UNFOCUSED_DELAY_MS: u64 = 1_000;

/// Shows notices. Clones are handles to the same notifier.
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

    /// Shows a notice about a session, unless another tab does.
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
                let timer = Timer::roughly_after(UNFOCUSED_DELAY_MS, move || {
                    if let Some(notifier) = notifier.upgrade() {
                        Self(notifier).flush();
                    }
                });
                self.0.timer.replace(Some(timer));
            }
            Timing::Later => {}
        }
    }

    /// Shows the notice that waits. Call when the user looks at this tab.
    pub(super) fn flush(&self) {
        let next = self.0.queue.borrow_mut().take();
        if let Some((notice, key)) = next {
            self.0.toasts.show(notice.toast(&self.0.texts));
            if let Some(channel) = &self.0.channel {
                channel.post(&key);
            }
        }
    }

    /// Removes the notice, whether it waits or is shown.
    pub(super) fn withdraw(&self) {
        self.0.queue.borrow_mut().take();
        self.0.toasts.remove(&ToastId::Session);
    }
}
