//! Which notice a tab shows, and whether it does: each end once a browser. Pure.

use std::collections::VecDeque;

use latchkey_shared::SessionId;

use super::notice::Notice;

/// Whether somebody looks at the tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attended {
    /// It has the focus.
    Now,
    /// It is on the screen without the focus.
    Perhaps,
    /// It is hidden.
    Later,
}

/// When a notice is to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// At once.
    Show,
    /// After a moment, unless another tab shows it first.
    WaitAMoment,
    /// When somebody looks at the tab, or not at all.
    Wait,
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
    pub fn add(&mut self, notice: Notice, session: Option<&SessionId>, attended: Attended) -> Turn {
        let about = about(&notice, session);
        if self.shown.contains(&about) {
            // It was shown already, here or in another tab that was quicker.
            self.waiting = None;
            return Turn::Wait;
        }
        self.waiting = Some((notice, about));
        match attended {
            Attended::Now => Turn::Show,
            Attended::Perhaps => Turn::WaitAMoment,
            Attended::Later => Turn::Wait,
        }
    }

    /// The notice that waits, to be shown now, and what to tell the other tabs.
    pub fn take(&mut self) -> Option<(Notice, String)> {
        let taken = self.waiting.take();
        if let Some((_, about)) = &taken {
            self.note(about.clone());
        }
        taken
    }

    /// Another tab has shown one.
    pub fn shown_elsewhere(&mut self, about: String) {
        self.waiting = None;
        self.note(about);
    }

    fn note(&mut self, about: String) {
        if self.shown.len() == REMEMBERED {
            self.shown.pop_front();
        }
        self.shown.push_back(about);
    }
}

/// What tells a notice from others: two tabs may have different words for the same end.
fn about(notice: &Notice, session: Option<&SessionId>) -> String {
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
        assert_eq!(here.add(ended(), Some(&session), Attended::Now), Turn::Show);
        let (_, about) = here.take().unwrap();
        there.shown_elsewhere(about.clone());
        assert_eq!(there.add(ended(), Some(&session), Attended::Now), Turn::Wait);
        assert_eq!(there.take(), None);

        let another = SessionId("s2".into());
        there.add(ended(), Some(&another), Attended::Later);
        there.shown_elsewhere(about);
        assert_eq!(there.take(), None, "the newest that was shown is the truth");
    }
}
