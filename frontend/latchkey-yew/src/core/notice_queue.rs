//! Which notice a tab shows, and when: all tabs learn of an end, but only one of them shows it.

use std::collections::VecDeque;

use latchkey_shared::SessionId;

use super::notice::Notice;

/// Whether the user looks at the tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TabFocus {
    /// It has the focus.
    Focused,
    /// It is visible without the focus.
    Visible,
    /// It is hidden.
    Hidden,
}

/// When a notice is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timing {
    /// At once.
    Now,
    /// After a short delay, unless another tab shows it first.
    AfterDelay,
    /// When the user looks at the tab, unless another tab shows it first.
    Later,
}

/// How many shown notices are remembered. A suspended tab may learn of an end long after the others.
const REMEMBERED: usize = 8;

/// The notice that waits to be shown, and the keys of those that any tab has shown last.
#[derive(Clone, Debug, Default)]
pub struct NoticeQueue {
    waiting: Option<(Notice, String)>,
    shown: VecDeque<String>,
}

impl NoticeQueue {
    /// Adds a notice about a session, in place of the one that waits. Says when to [`take`](Self::take) it.
    pub fn add(&mut self, notice: Notice, session: Option<&SessionId>, focus: TabFocus) -> Timing {
        let key = key(&notice, session);
        if self.shown.contains(&key) {
            // This tab or another one has shown it.
            self.waiting = None;
            return Timing::Later;
        }
        self.waiting = Some((notice, key));
        match focus {
            TabFocus::Focused => Timing::Now,
            TabFocus::Visible => Timing::AfterDelay,
            TabFocus::Hidden => Timing::Later,
        }
    }

    /// The notice to show now, and its key for the other tabs.
    pub fn take(&mut self) -> Option<(Notice, String)> {
        let taken = self.waiting.take();
        if let Some((_, key)) = &taken {
            self.note(key.clone());
        }
        taken
    }

    /// Another tab has shown the notice with this key.
    pub fn shown_in_other_tab(&mut self, key: String) {
        self.waiting = None;
        self.note(key);
    }

    fn note(&mut self, key: String) {
        if self.shown.len() == REMEMBERED {
            self.shown.pop_front();
        }
        self.shown.push_back(key);
    }
}

/// Identifies a notice across tabs, whatever cause each tab knows of the same end.
fn key(notice: &Notice, session: Option<&SessionId>) -> String {
    let kind = match notice {
        Notice::Ended(_) => "ended ",
        Notice::SessionChanged => "changed ",
        Notice::CookieNotKept => "cookie ",
        Notice::SignOutUnconfirmed => "unconfirmed ",
        Notice::SignOutConfirmed => "confirmed ",
    };
    kind.to_owned() + session.map(|session| session.0.as_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use latchkey_shared::EndReason;

    use super::*;

    fn ended() -> Notice {
        Notice::Ended(EndReason::SessionExpired.into())
    }

    #[test]
    fn an_end_that_another_tab_has_shown_is_not_shown_again_in_either_order() {
        let session = SessionId("s1".into());
        let (mut here, mut there) = (NoticeQueue::default(), NoticeQueue::default());
        assert_eq!(here.add(ended(), Some(&session), TabFocus::Focused), Timing::Now);
        let (_, key) = here.take().unwrap();
        there.shown_in_other_tab(key.clone());
        assert_eq!(there.add(ended(), Some(&session), TabFocus::Focused), Timing::Later);
        assert_eq!(there.take(), None);

        let another = SessionId("s2".into());
        there.add(ended(), Some(&another), TabFocus::Hidden);
        there.shown_in_other_tab(key);
        assert_eq!(there.take(), None, "a notice shown in another tab replaces the one that waits");
    }
}
