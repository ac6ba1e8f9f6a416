//! The model's server: sessions with a deadline and an idle limit. An answer is computed when the request is sent, however
//! late it arrives.

use latchkey_shared::{EndReason, Session, SessionId, SignedIn, Timestamp, User, Verified};

use crate::core::answer::{Answer, SignInAnswer, SignOutAnswer};
use crate::core::test_bench::{refusal, user};

/// The idle limit.
pub const IDLE_MS: u64 = 100_000;
/// The lifetime from log-in or refresh.
pub const LIFETIME_MS: u64 = 600_000;

/// A tab's request.
#[derive(Clone, Debug)]
pub enum Request {
    Check {
        generation: u64,
        active_at_ms: Option<u64>,
    },
    Fetch {
        generation: u64,
    },
    SignIn {
        user: &'static str,
    },
    Refresh {
        session: SessionId,
    },
    SignOut {
        session: SessionId,
    },
    /// A page's request that replaces the session, such as a change of the password.
    Replace {
        caller: String,
        session: SessionId,
    },
    /// A page's request that changes the user.
    Rename {
        caller: String,
        session: SessionId,
    },
}

/// The answer to a request.
#[derive(Clone, Debug)]
pub enum Reply {
    Check { generation: u64, answer: Answer<Verified> },
    Fetch { generation: u64, answer: Answer<User> },
    SignIn(SignInAnswer),
    Refresh(SignInAnswer),
    SignOut(SignOutAnswer),
    Replace(Result<SignedIn, Refusal>, SessionId),
    Rename(Result<User, Refusal>, SessionId),
}

/// Why a page's request failed.
#[derive(Clone, Copy, Debug)]
pub enum Refusal {
    Ended(EndReason),
    SessionChanged,
    Lost,
}

/// The effect of an answer on the browser's cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cookie {
    Keep,
    Set(usize),
    Remove,
}

/// A session on the server. Its index is its number.
#[derive(Clone, Debug)]
pub struct ServerSession {
    pub user: &'static str,
    pub seen_ms: u64,
    pub expires_at_ms: u64,
    pub ended: Option<EndReason>,
}

#[derive(Clone, Debug)]
pub struct Server {
    pub sessions: Vec<ServerSession>,
    /// The version of each user.
    pub versions: [(&'static str, u64); 2],
    /// Whether deadlines slide; then there is no idle limit.
    pub sliding: bool,
}

impl Server {
    pub fn new(sliding: bool) -> Self {
        Self { sessions: Vec::new(), versions: [("ada", 1), ("grace", 1)], sliding }
    }

    pub fn start_session(&mut self, user: &'static str, now_ms: u64) -> usize {
        let expires_at_ms = now_ms + LIFETIME_MS;
        self.sessions.push(ServerSession { user, seen_ms: now_ms, expires_at_ms, ended: None });
        self.sessions.len() - 1
    }

    pub fn end(&mut self, session: usize, reason: EndReason) {
        self.sessions[session].ended.get_or_insert(reason);
    }

    /// Ends the sessions whose deadline or idle limit has passed.
    pub fn advance(&mut self, now_ms: u64) {
        for session in &mut self.sessions {
            if !self.sliding && now_ms >= session.seen_ms + IDLE_MS {
                session.ended.get_or_insert(EndReason::SessionIdle);
            }
            if now_ms >= session.expires_at_ms {
                session.ended.get_or_insert(EndReason::SessionExpired);
            }
        }
    }

    /// The nearer of deadline and idle limit.
    pub fn deadline_ms(&self, session: usize) -> u64 {
        let held = &self.sessions[session];
        if self.sliding { held.expires_at_ms } else { held.expires_at_ms.min(held.seen_ms + IDLE_MS) }
    }

    pub fn session_id(session: usize) -> SessionId {
        SessionId(format!("s{session}"))
    }

    /// The number of a session by its id.
    pub fn number(id: &SessionId) -> usize {
        id.0[1..].parse().unwrap()
    }

    pub fn user(&self, name: &str) -> User {
        let (_, version) = self.versions.iter().find(|(known, _)| *known == name).unwrap();
        user(name, *version)
    }

    pub fn signed_in(&self, session: usize, now_ms: u64) -> SignedIn {
        SignedIn::new(self.user(self.sessions[session].user), self.session(session, now_ms))
    }

    pub fn session(&self, session: usize, now_ms: u64) -> Session {
        let (held, idle) = (&self.sessions[session], !self.sliding);
        let (created_at, expires_at) = (instant(held.expires_at_ms - LIFETIME_MS), instant(held.expires_at_ms));
        let remaining_s = |until_ms: u64| until_ms.saturating_sub(now_ms).div_ceil(1_000);
        let mut session =
            Session::new(Self::session_id(session), created_at, expires_at, remaining_s(held.expires_at_ms));
        session.idle_expires_in_s = idle.then(|| remaining_s(held.seen_ms + IDLE_MS));
        session.idle_timeout_s = idle.then_some(IDLE_MS / 1_000);
        session.refreshable = self.sliding;
        session
    }

    /// The session of a cookie, or why it is not active.
    pub fn find_active(&self, cookie: Option<usize>) -> Result<usize, EndReason> {
        let session = cookie.ok_or(EndReason::SessionMissing)?;
        self.sessions[session].ended.map_or(Ok(session), Err)
    }

    /// The answer to a request, and its effect on the cookie.
    pub fn answer(&mut self, request: &Request, cookie: Option<usize>, now_ms: u64) -> (Reply, Cookie) {
        let found = self.find_active(cookie);
        let removal = if cookie.is_some() { Cookie::Remove } else { Cookie::Keep };
        let named = |session: &SessionId| -> Result<usize, Refusal> {
            let found = found.map_err(Refusal::Ended)?;
            if Self::session_id(found) == *session { Ok(found) } else { Err(Refusal::SessionChanged) }
        };
        match request {
            Request::Check { generation, active_at_ms } => {
                let generation = *generation;
                match found {
                    Ok(session) => {
                        if let Some(active_at_ms) = active_at_ms {
                            let seen_ms = &mut self.sessions[session].seen_ms;
                            *seen_ms = (*seen_ms).max(*active_at_ms);
                        }
                        let SignedIn { user, session, .. } = self.signed_in(session, now_ms);
                        let verified = Verified::new(session, user.id, user.version);
                        (Reply::Check { generation, answer: Answer::Active(verified) }, Cookie::Keep)
                    }
                    Err(reason) => (Reply::Check { generation, answer: Answer::Ended(reason.into()) }, removal),
                }
            }
            Request::Fetch { generation } => match found {
                Ok(session) => {
                    let answer = Answer::Active(self.user(self.sessions[session].user));
                    (Reply::Fetch { generation: *generation, answer }, Cookie::Keep)
                }
                Err(reason) => {
                    (Reply::Fetch { generation: *generation, answer: Answer::Ended(reason.into()) }, Cookie::Keep)
                }
            },
            Request::SignIn { user } => {
                if let Ok(old) = found {
                    self.end(old, EndReason::SignedOut);
                }
                let session = self.start_session(user, now_ms);
                (Reply::SignIn(SignInAnswer::Done(self.signed_in(session, now_ms))), Cookie::Set(session))
            }
            Request::Refresh { session } => match named(session) {
                Ok(session) => {
                    let held = &mut self.sessions[session];
                    (held.expires_at_ms, held.seen_ms) = (now_ms + LIFETIME_MS, now_ms);
                    (Reply::Refresh(SignInAnswer::Done(self.signed_in(session, now_ms))), Cookie::Set(session))
                }
                Err(Refusal::Ended(_)) => (Reply::Refresh(SignInAnswer::Refused(refusal("ended"))), removal),
                Err(_) => (Reply::Refresh(SignInAnswer::Refused(refusal("another"))), Cookie::Keep),
            },
            Request::SignOut { session } => match found {
                Ok(found) if Self::session_id(found) != *session => {
                    (Reply::SignOut(SignOutAnswer::SessionChanged), Cookie::Keep)
                }
                found => {
                    if let Ok(session) = found {
                        self.end(session, EndReason::SignedOut);
                    }
                    (Reply::SignOut(SignOutAnswer::Done), removal)
                }
            },
            Request::Replace { session, .. } => match named(session) {
                Ok(old) => {
                    let user = self.sessions[old].user;
                    self.end(old, EndReason::PasswordChanged);
                    let new = self.start_session(user, now_ms);
                    (Reply::Replace(Ok(self.signed_in(new, now_ms)), session.clone()), Cookie::Set(new))
                }
                Err(refusal) => (Reply::Replace(Err(refusal), session.clone()), removal_for(refusal, removal)),
            },
            Request::Rename { session, .. } => {
                let renamed = named(session).map(|found| {
                    self.sessions[found].seen_ms = now_ms;
                    let name = self.sessions[found].user;
                    self.versions.iter_mut().filter(|(known, _)| *known == name).for_each(|(_, version)| *version += 1);
                    self.user(name)
                });
                (Reply::Rename(renamed, session.clone()), Cookie::Keep)
            }
        }
    }
}

fn removal_for(refusal: Refusal, removal: Cookie) -> Cookie {
    if matches!(refusal, Refusal::Ended(_)) { removal } else { Cookie::Keep }
}

/// An instant of the model's first day.
fn instant(at_ms: u64) -> Timestamp {
    let seconds = at_ms / 1_000;
    Timestamp(format!("2026-01-01T{:02}:{:02}:{:02}Z", seconds / 3_600, seconds / 60 % 60, seconds % 60))
}
