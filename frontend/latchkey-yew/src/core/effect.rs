//! What the machine asks the runtime to do, and the timers that it sets.

use latchkey_shared::{Login, SessionId};

use super::event::Event;
use super::notice::Notice;
use super::tab_message::TabMessage;

/// What the machine asks for.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Ask the server whether the session is active.
    Check {
        /// To be handed back with the answer.
        generation: u64,
        /// When the user last did something that the server has not been told.
        active_at_ms: Option<u64>,
    },
    /// Ask the server for the user.
    FetchUser {
        /// To be handed back with the answer.
        generation: u64,
    },
    /// Send e-mail and password.
    SignIn(Login),
    /// Move this session's deadline; answered like a sign-in.
    Refresh(SessionId),
    /// End this session, without waiting for anything.
    SignOut(SessionId),
    /// Show the user a notice; the one before is out of date.
    ShowNotice(Notice),
    /// Take the last notice back.
    WithdrawNotice,
    /// Tell the other tabs.
    NotifyTabs(TabMessage),
    /// Load the document at the present address anew: a newer build of the app is there.
    LoadPage,
    /// Send an event after a while, in the place of the same timer's last one.
    Schedule {
        /// Which timer.
        timer: Alarm,
        /// The while.
        after_ms: u64,
    },
}

/// The timers of the machine; each sends one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alarm {
    /// [`Event::RetryDue`]; roughly, so that many clients do not come back at once.
    Retry,
    /// [`Event::WarningDue`].
    Warning,
    /// [`Event::DeadlineDue`].
    Deadline,
    /// [`Event::ActivityDue`].
    Activity,
    /// [`Event::SignOutLate`].
    SignOutLate,
}

impl Alarm {
    /// Every timer.
    pub const ALL: [Self; 5] = [Self::Retry, Self::Warning, Self::Deadline, Self::Activity, Self::SignOutLate];

    /// What it sends.
    #[must_use]
    pub const fn event(self) -> Event {
        match self {
            Self::Retry => Event::RetryDue,
            Self::Warning => Event::WarningDue,
            Self::Deadline => Event::DeadlineDue,
            Self::Activity => Event::ActivityDue,
            Self::SignOutLate => Event::SignOutLate,
        }
    }
}
