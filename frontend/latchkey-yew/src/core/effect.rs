//! The machine's only output, which the runtime performs, and the timers that it sets.

use latchkey_shared::{Login, SessionId};

use super::event::Event;
use super::notice::Notice;
use super::tab_message::TabMessage;

/// Something that the runtime performs for the machine.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Ask the server whether the session is active.
    Check {
        /// Returned with the answer.
        generation: u64,
        /// The time of the last activity that the server has not been sent.
        active_at_ms: Option<u64>,
    },
    /// Fetch the user.
    FetchUser {
        /// Returned with the answer.
        generation: u64,
    },
    /// Send a log-in.
    SignIn(Login),
    /// Ask for a new deadline of this session; answered like a log-in.
    Refresh(SessionId),
    /// Send the sign-out of this session, without waiting for other calls.
    SignOut(SessionId),
    /// Show a notice in place of the last one.
    ShowNotice(Notice),
    /// Remove the last notice.
    WithdrawNotice,
    /// Send a message to the other tabs.
    NotifyTabs(TabMessage),
    /// Load the document at the current address, because the server has a newer build of the app.
    LoadPage,
    /// Start a timer, or restart it if it is running.
    Schedule {
        /// Which timer.
        timer: Alarm,
        /// Milliseconds from now.
        after_ms: u64,
    },
}

/// The machine's timers. Each dispatches one event when it fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alarm {
    /// [`Event::RetryDue`], with jitter, so that many clients do not retry at once.
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

    /// The event that it dispatches.
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
