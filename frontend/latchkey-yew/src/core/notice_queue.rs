//! Which notice a tab shows, and whether it does: each end once a browser. Pure.

use std::collections::VecDeque;

use latchkey_shared::SessionId;

use super::notice::Notice;

/// Whether somebody looks at the tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TabFocus {
    /// It has the focus.
    Focused,
    /// It is on the screen without the focus.
    Visible,
    /// It is hidden.
    Hidden,
}

/// When a notice is to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timing {
    /// At once.
    Now,
    /// After a moment, unless another tab shows it first.
    AfterDelay,
    /// When somebody looks at the tab, or not at all.
    Later,
}

/// How many notices that were shown are remembered: a tab that slept may hear of an end long after the others.
const REMEMBERED: usize = 8;

/// The notice that waits, and those that were shown last, in whichever tab.
#[derive(Clone, Debug, Default)]
pub struct NoticeQueue {
    waiting: Option<(Notice, String)>,
    shown: VecDeque<String>,
}

impl NoticeQueue {
    /// Takes a notice about a session in; it takes the place of the one before.
    pub fn add(&mut self, notice: Notice, session: Option<&SessionId>, focus: TabFocus) -> Timing {
        let key = key(&notice, session);
        if self.shown.contains(&key) {
            // It was shown already, here or in another tab that was quicker.
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

    /// The notice that waits, to be shown now, and what to tell the other tabs.
    pub fn take(&mut self) -> Option<(Notice, String)> {
        let taken = self.waiting.take();
        if let Some((_, key)) = &taken {
            self.note(key.clone());
        }
        taken
    }

    /// Another tab has shown one.
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

/// What tells a notice from others: two tabs may have different words for the same end.
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
    fn an_end_that_another_tab_has_shown_is_not_shown_again_whichever_word_comes_first() {
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
        assert_eq!(there.take(), None, "the newest that was shown is the truth");
    }
}
