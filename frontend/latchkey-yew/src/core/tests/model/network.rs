//! What is between the tabs and the server: the lock that calls wait for, and answers that land late or not at all.

use latchkey_shared::UserId;

use super::model_server::{Cookie, Refusal, Reply, Request, Server};
use super::world::{Flight, World};
use crate::core::answer::{SignInAnswer, SignOutAnswer};
use crate::core::authorization::{Authorization, authorize};
use crate::core::effect::Effect;
use crate::core::event::Event;
use crate::core::tab_message::SessionEnd;
use crate::core::test_bench::cannot_tell;

impl World {
    /// Sends what waits for the lock, in order, as far as it is free.
    pub fn grant(&mut self) {
        let waits = |request: &Request| !matches!(request, Request::SignOut { .. } | Request::Fetch { .. });
        if let Some(index) = self.waiting.iter().position(|(_, request)| !waits(request)) {
            if let Some((tab, request)) = self.waiting.remove(index) {
                self.send(tab, request);
            }
            return self.grant();
        }
        while let Some((tab, request)) = self.waiting.front().cloned() {
            let held = self.flights.iter().any(|flight| exclusive(&flight.request));
            let shared = self.flights.iter().any(|flight| locked(&flight.request));
            if held || exclusive(&request) && shared {
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
            && active_at_ms > self.used_ms
        {
            self.broken.push("activity on the wire is what the user did");
        }
        let (reply, cookie) = if self.cut {
            (lost(&request), Cookie::Keep)
        } else {
            self.server.answer(&request, self.cookie, self.now_ms)
        };
        self.flights.push(Flight { tab, request, reply, cookie, sent_at_ms: self.now_ms });
    }

    /// An answer arrives, or is lost on the way.
    pub fn land(&mut self, index: usize, arrives: bool) {
        let Flight { tab, request, reply, cookie, sent_at_ms } = self.flights.remove(index);
        if arrives {
            match cookie {
                Cookie::Keep => {}
                Cookie::Set(session) => self.cookie = Some(session),
                Cookie::Remove => self.cookie = None,
            }
        }
        let reply = if arrives { reply } else { lost(&request) };
        self.grant();
        self.landed(tab, reply, sent_at_ms);
        self.grant();
    }

    fn landed(&mut self, tab: usize, reply: Reply, sent_at_ms: u64) {
        let event = match reply {
            Reply::Check { generation, answer } => Event::Checked { generation, answer, sent_at_ms, new_build: false },
            Reply::Fetch { generation, answer } => Event::UserFetched { generation, answer },
            Reply::SignIn(answer) => Event::SignInAnswered { answer, sent_at_ms },
            Reply::Refresh(answer) => Event::RefreshAnswered { answer, sent_at_ms },
            Reply::SignOut(answer) => Event::SignOutAnswered(answer),
            Reply::Replace(Ok(signed_in), _) => Event::SessionReplaced { signed_in, sent_at_ms },
            Reply::Replace(Err(refusal), session) => {
                match refusal {
                    Refusal::Ended(reason) => self.dispatch(tab, Event::CallEnded(SessionEnd::new(session, reason))),
                    Refusal::SessionChanged => self.dispatch(tab, Event::SessionChanged),
                    Refusal::Lost => {}
                }
                Event::ReplacementFailed { unknown: matches!(refusal, Refusal::Lost) }
            }
            Reply::Rename(Ok(user), _) => Event::UserChanged(user),
            Reply::Rename(Err(Refusal::Ended(reason)), session) => Event::CallEnded(SessionEnd::new(session, reason)),
            Reply::Rename(Err(Refusal::SessionChanged), _) => Event::SessionChanged,
            Reply::Rename(Err(Refusal::Lost), _) => return,
        };
        self.dispatch(tab, event);
    }

    /// A page's call is sent in the name of the user who asked for it, or not at all.
    fn authorize(&mut self, tab: usize, request: Request) -> Option<Request> {
        let (asker, rename) = match request {
            Request::Rename { asker, .. } => (asker, true),
            Request::Replace { asker, .. } => (asker, false),
            other => return Some(other),
        };
        let view = &self.tabs[tab].as_ref()?.machine.view;
        let Authorization::Send(session) = authorize(&UserId(asker.clone()), view) else {
            if !rename {
                self.dispatch(tab, Event::ReplacementFailed { unknown: false });
            }
            return None;
        };
        if self.server.sessions[Server::number(&session)].user != asker {
            self.broken.push("no call names another user than the one who asked for it");
        }
        Some(if rename { Request::Rename { asker, session } } else { Request::Replace { asker, session } })
    }
}

fn lost(request: &Request) -> Reply {
    match request {
        Request::Check { generation, .. } => Reply::Check { generation: *generation, answer: cannot_tell() },
        Request::Fetch { generation } => Reply::Fetch { generation: *generation, answer: cannot_tell() },
        Request::SignIn { .. } => Reply::SignIn(SignInAnswer::CannotTell),
        Request::Refresh { .. } => Reply::Refresh(SignInAnswer::CannotTell),
        Request::SignOut { .. } => Reply::SignOut(SignOutAnswer::CannotTell),
        Request::Replace { session, .. } => Reply::Replace(Err(Refusal::Lost), session.clone()),
        Request::Rename { session, .. } => Reply::Rename(Err(Refusal::Lost), session.clone()),
    }
}

/// Whether it holds the cookie's lock while it lasts.
fn locked(request: &Request) -> bool {
    matches!(request, Request::Check { .. }) || exclusive(request)
}

fn exclusive(request: &Request) -> bool {
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
