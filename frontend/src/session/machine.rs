//! Decides everything about the session, and does nothing: `step(event, now)` returns the next machine and the effects
//! that it asks for. Time is an argument, the network is an event, so every interleaving can be tried in a test.
//!
//! Two rules hold races down. Single flight: while a check is in flight none is started; it serves whoever wants one.
//! Generations: whatever makes older answers meaningless (signing in or out, an end) raises the generation, and an answer
//! to an older one is dropped.

mod attempts;
mod calls;
mod checks;
mod contact;
mod ends;
mod news;
mod reauth;
mod warning;

#[cfg(test)]
mod model_tests;
#[cfg(test)]
mod test_bench;
#[cfg(test)]
mod tests;

use latchkey_shared::{InitialSession, SessionId, SignedIn};

use self::checks::Fetch;
use super::signals::{Effect, Event};
use super::state::{Ending, SessionStore, SignIn};

/// The state of it all: what components see, and what only the machine needs.
#[derive(Clone, Debug, Default)]
pub struct Machine {
    /// What components see.
    pub visible: SessionStore,
    /// Rises when older answers lose their meaning.
    generation: u64,
    /// The generation of the check in flight, if one is. It may be an old one: its answer will be dropped.
    checking: Option<u64>,
    /// A check is wanted that cannot start yet.
    check_owed: bool,
    /// Whether the person went somewhere, and the check of that is still to be answered.
    pub navigating: bool,
    /// The fetch of the user in flight, if one is.
    fetching: Option<Fetch>,
    /// The end of the active session, unless the server says otherwise.
    ending: Option<Ending>,
    /// When its end is near enough to warn of it.
    warning_ms: Option<u64>,
    /// Whether the page stays when the session ends.
    stays: bool,
    /// Whether the person did something that the server has not heard of.
    acted: bool,
    /// When the server last heard that the person did something.
    noted_ms: u64,
    /// The session that the person left while the server did not answer: it is to be ended as soon as it does.
    sign_out_owed: Option<SessionId>,
    /// When the server last told us about the session.
    told_ms: u64,
    /// When another tab last told us something new.
    told_by_tab_ms: Option<u64>,
    /// The session that the person is signing out of.
    signing_out_of: Option<SessionId>,
    /// The last session that ended here: no late news may bring it back.
    ended_session: Option<SessionId>,
    /// Whether a call is under way that begins a new session in the place of this one.
    replacing: bool,
    /// How often in a row the server could not tell.
    failures: u32,
}

impl Machine {
    /// The session whose end the server has still to confirm.
    #[must_use]
    pub const fn sign_out_owed(&self) -> Option<&SessionId> {
        self.sign_out_owed.as_ref()
    }

    /// What follows from an event at a time.
    #[must_use]
    pub fn step(self, event: Event, now_ms: u64) -> (Self, Vec<Effect>) {
        let mut step = Step { machine: self, now_ms, effects: Vec::new() };
        step.take(event);
        step.machine.visible.unconfirmed = step.machine.sign_out_owed.is_some();
        (step.machine, step.effects)
    }
}

/// One step under way.
struct Step {
    machine: Machine,
    now_ms: u64,
    effects: Vec<Effect>,
}

impl Step {
    fn take(&mut self, event: Event) {
        match event {
            Event::Started(initial) => self.started(initial),
            Event::RouteChanged => {
                if !self.busy() {
                    self.machine.visible.sign_in = SignIn::Idle;
                }
                self.machine.acted = true;
                if !self.just_told() {
                    self.want_check();
                    self.machine.navigating = self.machine.checking.is_some();
                }
            }
            Event::PageLeft => self.left_page(),
            Event::Checked { generation, answer } => {
                self.machine.checking = None;
                self.machine.navigating = false;
                self.machine.visible.doubtful = false;
                if generation == self.machine.generation {
                    self.heard(answer, Self::verified);
                }
                self.settle_check();
            }
            Event::UserFetched { generation, answer } => {
                if generation == self.machine.generation
                    && let Some(fetch) = self.machine.fetching.take()
                {
                    self.heard(answer, |step, user| step.fetched(fetch, user));
                }
            }
            Event::SignInAsked(login) => self.sign_in_asked(login),
            Event::SignInAnswered(answer) => self.sign_in_answered(answer),
            Event::SignOutAsked => self.sign_out_asked(),
            Event::SignOutAnswered(answer) => self.sign_out_answered(answer),
            Event::RetryDue => self.retry_due(),
            Event::DeadlineDue => self.deadline_due(),
            Event::WentOffline => self.lost_contact(None),
            Event::WentOnline => self.went_online(),
            Event::Resumed => self.resumed(),
            Event::Restored => {
                self.machine.visible.doubtful = true;
                self.want_check();
            }
            Event::StreamMissed => self.want_check(),
            Event::WarningDue => self.warning_due(),
            Event::StayAsked => self.stay_asked(),
            Event::Acted => self.acted(),
            Event::SignOutRemembered(session) => self.sign_out_remembered(session),
            Event::Edited => self.machine.stays = true,
            Event::InputSaved => self.machine.stays = false,
            Event::RefreshAnswered(answer) => self.refresh_answered(answer),
            Event::DialogLeft => self.left_dialog(),
            Event::CallEnded(end) => self.call_ended(&end),
            Event::SessionChanged => self.session_changed(),
            Event::UserChanged(user) => self.user_changed(user),
            Event::ReplacementAsked => self.replacement_asked(),
            Event::SessionReplaced(signed_in) => self.session_replaced(signed_in),
            Event::ReplacementFailed => self.replacement_failed(),
            Event::ProofAsked => self.ask_password(true),
            Event::Told(news) => self.told(news),
            Event::EndStreamed(end) => self.end_streamed(end),
            Event::UserStreamed { user_version } => self.user_streamed(user_version),
        }
    }

    fn started(&mut self, initial: Option<InitialSession>) {
        match initial {
            None => self.want_check(),
            Some(InitialSession::Active(SignedIn { user, session })) => {
                self.found_contact();
                self.set_deadline(&session);
                self.activate(user, session, self.now_ms);
            }
            Some(InitialSession::Ended { reason }) => {
                self.ended(reason);
                // The page could not take the dead cookie away; the answer to a check does.
                if reason.is_an_end() {
                    self.want_check();
                }
            }
        }
    }
}
