//! What is asked of the servers, and what they answer.

use latchkey_shared::{EndReason, SessionId};

use super::PasswordKey;

/// A user, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UserKey(pub usize);

/// A request of a browser, or an operator's command. A session in it is one that was started by an earlier answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    LogIn {
        user: UserKey,
        password: PasswordKey,
        /// The browser, which has an address of its own: failed log-ins are counted by address.
        browser: usize,
    },
    /// Anything that only reads, and may be answered from a cache.
    Check(SessionId),
    /// The list of the user's sessions. The session that asks may be cached; the list is not.
    List(SessionId),
    /// Decided by the store alone.
    Refresh(SessionId),
    LogOut(SessionId),
    Revoke {
        by: SessionId,
        target: SessionId,
    },
    RevokeOthers(SessionId),
    /// Decided by the store alone. `to` was never used before.
    ChangePassword {
        by: SessionId,
        from: PasswordKey,
        to: PasswordKey,
    },
    Command(Command),
}

/// A command of an operator. It takes effect before it ends, or never.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    EndSession(SessionId),
    SignOut(UserKey),
    /// Of each user, one command at a time disables or enables.
    Disable(UserKey),
    Enable(UserKey),
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// 503, 502, 504, a connection that was refused or broken off, or nothing in time; a command that failed. The request may have
    /// taken effect all the same.
    Unavailable,
    /// 401 with the reason why there is no active session.
    Ended(EndReason),
    /// 401: the password is wrong.
    BadCredentials,
    /// 429.
    TooManyAttempts,
    /// 200 for this session.
    Active(SessionId),
    /// 200 with a new session.
    Started(SessionId),
    /// 200 with the user's sessions.
    Listed(Vec<SessionId>),
    /// It is done, and nothing more is to be said.
    Done,
    /// A command found the session not active.
    NotFound,
    /// None of these.
    Strange(String),
}

/// What an answer says of the request's effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Done,
    NotDone,
    Unknown,
}

/// Which sessions a request ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    One(SessionId),
    /// All of the user's, but this one.
    AllBut(SessionId),
    All,
}

impl Request {
    /// The session that asks.
    pub fn session(&self) -> Option<&SessionId> {
        match self {
            Self::LogIn { .. } | Self::Command(_) => None,
            Self::Check(by) | Self::List(by) | Self::Refresh(by) | Self::LogOut(by) | Self::RevokeOthers(by) => {
                Some(by)
            }
            Self::Revoke { by, .. } | Self::ChangePassword { by, .. } => Some(by),
        }
    }

    /// The request's name in reports.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::LogIn { .. } => "log-ins",
            Self::Check(_) => "checks",
            Self::List(_) => "lists",
            Self::Refresh(_) => "refreshes",
            Self::LogOut(_) => "log-outs",
            Self::Revoke { .. } | Self::RevokeOthers(_) => "revocations",
            Self::ChangePassword { .. } => "password changes",
            Self::Command(_) => "operator's commands",
        }
    }

    /// Whether an answer says that it was carried out. nginx repeats a DELETE whose replica failed: then the answer is to the second one,
    /// which may be refused although the first one was carried out.
    pub(super) fn outcome(&self, answer: &Answer) -> Outcome {
        match (self, answer.outcome()) {
            (Self::Revoke { .. } | Self::RevokeOthers(_), Outcome::NotDone) => Outcome::Unknown,
            (_, outcome) => outcome,
        }
    }

    /// Which sessions it ends, and for which reason.
    pub(super) fn ends(&self) -> Option<(Scope, EndReason)> {
        match self {
            Self::LogIn { .. } | Self::Check(_) | Self::List(_) | Self::Refresh(_) => None,
            Self::LogOut(session) => Some((Scope::One(session.clone()), EndReason::SignedOut)),
            Self::Revoke { target, .. } => Some((Scope::One(target.clone()), EndReason::SessionRevoked)),
            Self::RevokeOthers(by) => Some((Scope::AllBut(by.clone()), EndReason::SessionRevoked)),
            Self::ChangePassword { .. } => Some((Scope::All, EndReason::PasswordChanged)),
            Self::Command(Command::EndSession(session)) => {
                Some((Scope::One(session.clone()), EndReason::SessionRevoked))
            }
            Self::Command(Command::SignOut(_)) => Some((Scope::All, EndReason::SessionRevoked)),
            Self::Command(Command::Disable(_)) => Some((Scope::All, EndReason::AccountDisabled)),
            Self::Command(Command::Enable(_)) => None,
        }
    }
}

impl Answer {
    const fn outcome(&self) -> Outcome {
        match self {
            Self::Unavailable | Self::Strange(_) => Outcome::Unknown,
            Self::Ended(_) | Self::BadCredentials | Self::TooManyAttempts | Self::NotFound => Outcome::NotDone,
            Self::Active(_) | Self::Started(_) | Self::Listed(_) | Self::Done => Outcome::Done,
        }
    }
}

impl Scope {
    pub fn contains(&self, session: &SessionId) -> bool {
        match self {
            Self::One(one) => one == session,
            Self::AllBut(one) => one != session,
            Self::All => true,
        }
    }
}
