//! What is heard without asking: from another tab, which asked already, and from the server's event stream, to which one
//! tab listens for all. What a tab finds out it tells the others; what it is told it keeps to itself.

use latchkey_shared::{EndReason, SignedIn, User};

use super::Step;
use super::checks::{Fetch, same_session};
use crate::session::news::{End, News};
use crate::session::signals::Effect;
use crate::session::state::{ActiveSession, SessionState, SignIn};

/// For so long what another tab told needs no check: the guard leads away because of it, and that is no news.
const JUST_TOLD_MS: u64 = 500;

impl Step {
    /// Another tab told something. It is taken as it is, and nobody is asked.
    pub(super) fn told(&mut self, news: News) {
        match news {
            News::Active(signed_in) if self.is_new(&signed_in) => {
                self.found_contact();
                self.forget();
                self.machine.told_by_tab_ms = Some(self.now_ms);
                if self.machine.visible.sign_in != SignIn::Pending {
                    self.machine.visible.sign_in = SignIn::Idle;
                }
                self.set_deadline(&signed_in.session);
                self.activate(signed_in.user, signed_in.session, self.now_ms);
            }
            News::Ended(end) if self.is_ours(&end) => {
                self.machine.told_by_tab_ms = Some(self.now_ms);
                self.ended(end.reason);
            }
            News::Active(_) | News::Ended(_) => {}
        }
    }

    /// The server told the end of a session. Its word could not take the cookie away; the answer to a check does.
    pub(super) fn end_streamed(&mut self, end: End) {
        if !self.is_ours(&end) {
            return;
        }
        // Another one may have taken its place in this browser, by a new password or by signing in again: a check knows.
        if matches!(end.reason, EndReason::PasswordChanged | EndReason::SignedOut) {
            self.session_changed();
        } else {
            self.tell_end(end.reason);
            self.ended(end.reason);
            if self.machine.checking.is_none() {
                self.want_check();
            }
        }
    }

    /// The server told that the user has another version by now.
    pub(super) fn user_streamed(&mut self, user_version: u64) {
        if let SessionState::Active(ActiveSession { user, session, told_ms }) = &self.machine.visible.session
            && user.version < user_version
        {
            let fetch = Fetch { user_id: user.id.clone(), session: session.clone(), told_ms: *told_ms };
            self.fetch_user(fetch);
        }
    }

    /// Tells the other tabs who is signed in, and for how long from now.
    pub(super) fn tell_active(&mut self) {
        if let SessionState::Active(active) = &self.machine.visible.session {
            let news = SignedIn { user: User::clone(&active.user), session: active.session_at(self.now_ms) };
            self.effects.push(Effect::Tell(News::Active(news)));
        }
    }

    /// Tells the other tabs that the session that we are in is over.
    pub(super) fn tell_end(&mut self, reason: EndReason) {
        if let SessionState::Active(active) = &self.machine.visible.session {
            let end = End { session: active.session.id.clone(), reason };
            self.effects.push(Effect::Tell(News::Ended(end)));
        }
    }

    /// Whether a check would only repeat what another tab has just told.
    pub(super) fn just_told(&self) -> bool {
        self.machine.told_by_tab_ms.is_some_and(|told_ms| self.now_ms < told_ms + JUST_TOLD_MS)
    }

    /// Whether it is news to us, and none that an end has overtaken.
    fn is_new(&self, signed_in: &SignedIn) -> bool {
        let SignedIn { user, session } = signed_in;
        let known = self.machine.visible.session.active().is_some_and(|known| {
            known.user.id == user.id && known.user.version >= user.version && same_session(&known.session, session)
        });
        !known && self.machine.ended_session.as_ref() != Some(&session.id)
    }

    pub(super) fn is_ours(&self, end: &End) -> bool {
        self.machine.visible.session.active().is_some_and(|active| active.session.id == end.session)
    }
}
