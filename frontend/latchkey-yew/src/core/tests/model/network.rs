//! Between the tabs and the server: the lock that requests wait for, and answers that arrive late or never.

use latchkey_shared::UserId;

use super::model_server::{Cookie, Refusal, Reply, Request, Server};
use super::world::{InFlight, World};
use crate::core::answer::{Answer, SignInAnswer, SignOutAnswer};
use crate::core::authorization::{Authorization, authorize};
use crate::core::effect::Effect;
use crate::core::event::Event;
use crate::core::tab_message::SessionEnd;
use crate::core::test_bench::unavailable;

impl World {
    /// Sends the waiting requests in order, as far as the lock is free.
    pub fn send_unlocked(&mut self) {
        let waits = |request: &Request| !matches!(request, Request::SignOut { .. } | Request::Fetch { .. });
        if let Some(index) = self.waiting.iter().position(|(_, request)| !waits(request)) {
            if let Some((tab, request)) = self.waiting.remove(index) {
                self.send(tab, request);
            }
            return self.send_unlocked();
        }
        while let Some((tab, request)) = self.waiting.front().cloned() {
            let held = self.in_flight.iter().any(|flight| needs_exclusive_lock(&flight.request));
            let shared = self.in_flight.iter().any(|flight| needs_lock(&flight.request));
            if held || needs_exclusive_lock(&request) && shared {
                break;
            }
            self.waiting.pop_front();
            if self.tabs[tab].is_some() {
                self.send(tab, request);
            }
        }
    }

    fn send(&mut self, tab: usize, request: Request) {
        let Some(request) = self.authorize(tab, request) else { return };
        if let Request::Check { active_at_ms: Some(active_at_ms), .. } = request
            && active_at_ms > self.active_at_ms
        {
            self.broken.push("reported activity is what the user did");
        }
        let (reply, cookie) = if self.network_down {
            (lost(&request), Cookie::Keep)
        } else {
            self.server.answer(&request, self.cookie, self.now_ms)
        };
        let session = self.tabs[tab].as_ref().and_then(|open| open.session().cloned());
        self.in_flight.push(InFlight { tab, request, reply, session, cookie, sent_at_ms: self.now_ms });
    }

    /// An answer arrives or is lost.
    pub fn receive(&mut self, index: usize, arrives: bool) {
        let InFlight { tab, request, reply, session, cookie, sent_at_ms } = self.in_flight.remove(index);
        if arrives {
            match cookie {
                Cookie::Keep => {}
                Cookie::Set(session) => self.cookie = Some(session),
                Cookie::Remove => self.cookie = None,
            }
        }
        let reply = if arrives { reply } else { lost(&request) };
        self.send_unlocked();
        if let (Reply::Check { answer: Answer::Ended(cause), .. }, Some(open), Some(session)) =
            (&reply, &mut self.tabs[tab], session)
            && open.session() == Some(&session)
        {
            open.note_explained(&session, cause);
        }
        self.dispatch_reply(tab, reply, sent_at_ms);
        self.send_unlocked();
    }

    fn dispatch_reply(&mut self, tab: usize, reply: Reply, sent_at_ms: u64) {
        let event = match reply {
            Reply::Check { generation, answer } => Event::Checked { generation, answer, sent_at_ms, new_build: false },
            Reply::Fetch { generation, answer } => Event::UserFetched { generation, answer },
            Reply::SignIn(answer) => Event::SignInAnswered { answer, sent_at_ms },
            Reply::Refresh(answer) => Event::RefreshAnswered { answer, sent_at_ms },
            Reply::SignOut(answer) => Event::SignOutAnswered(answer),
            Reply::Replace(Ok(signed_in), _) => Event::SessionReplaced { signed_in, sent_at_ms },
            Reply::Replace(Err(refusal), session) => {
                match refusal {
                    Refusal::Ended(reason) => {
                        self.dispatch(tab, Event::SessionEndFound(SessionEnd::new(session, reason)))
                    }
                    Refusal::SessionChanged => self.dispatch(tab, Event::SessionChanged),
                    Refusal::Lost => {}
                }
                Event::ReplacementFailed { outcome_unknown: matches!(refusal, Refusal::Lost) }
            }
            Reply::Rename(Ok(user), _) => Event::UserChanged(user),
            Reply::Rename(Err(Refusal::Ended(reason)), session) => {
                Event::SessionEndFound(SessionEnd::new(session, reason))
            }
            Reply::Rename(Err(Refusal::SessionChanged), _) => Event::SessionChanged,
            Reply::Rename(Err(Refusal::Lost), _) => return,
        };
        self.dispatch(tab, event);
    }

    /// A page's request is sent only if its user is still signed in.
    fn authorize(&mut self, tab: usize, request: Request) -> Option<Request> {
        let (caller, rename) = match request {
            Request::Rename { caller, .. } => (caller, true),
            Request::Replace { caller, .. } => (caller, false),
            other => return Some(other),
        };
        let view = &self.tabs[tab].as_ref()?.machine.view;
        let Authorization::Send(session) = authorize(&UserId(caller.clone()), view) else {
            if !rename {
                self.dispatch(tab, Event::ReplacementFailed { outcome_unknown: false });
            }
            return None;
        };
        if self.server.sessions[Server::number(&session)].user != caller {
            self.broken.push("no request is sent in the session of another user");
        }
        Some(if rename { Request::Rename { caller, session } } else { Request::Replace { caller, session } })
    }
}

fn lost(request: &Request) -> Reply {
    match request {
        Request::Check { generation, .. } => Reply::Check { generation: *generation, answer: unavailable() },
        Request::Fetch { generation } => Reply::Fetch { generation: *generation, answer: unavailable() },
        Request::SignIn { .. } => Reply::SignIn(SignInAnswer::Unavailable),
        Request::Refresh { .. } => Reply::Refresh(SignInAnswer::Unavailable),
        Request::SignOut { .. } => Reply::SignOut(SignOutAnswer::Unavailable),
        Request::Replace { session, .. } => Reply::Replace(Err(Refusal::Lost), session.clone()),
        Request::Rename { session, .. } => Reply::Rename(Err(Refusal::Lost), session.clone()),
    }
}

/// Whether the request holds the cookie's lock while it is in flight.
fn needs_lock(request: &Request) -> bool {
    matches!(request, Request::Check { .. }) || needs_exclusive_lock(request)
}

fn needs_exclusive_lock(request: &Request) -> bool {
    matches!(request, Request::SignIn { .. } | Request::Refresh { .. } | Request::Replace { .. })
}

pub fn request_of(effect: Effect) -> Option<Request> {
    Some(match effect {
        Effect::Check { generation, active_at_ms } => Request::Check { generation, active_at_ms },
        Effect::FetchUser { generation } => Request::Fetch { generation },
        Effect::SignIn(login) if login.email.starts_with("grace") => Request::SignIn { user: "grace" },
        Effect::SignIn(_) => Request::SignIn { user: "ada" },
        Effect::Refresh(session) => Request::Refresh { session },
        Effect::SignOut(session) => Request::SignOut { session },
        _ => return None,
    })
}
