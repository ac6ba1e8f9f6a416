//! The invariants that are checked after every move.

use latchkey_shared::EndReason;

use super::model_server::{Request, Server};
use super::world::{Tab, World};
use crate::view::{Reachability, SessionState};

impl World {
    pub fn check_invariants(&mut self) {
        let mut broken = Vec::new();
        for &session in &self.signed_out {
            if self.server.sessions[session].ended.is_none()
                && !self.sign_out_pending(session)
                && self.may_have_cookie(session)
            {
                broken.push("a requested sign-out is sent or pending");
            }
        }
        for Tab { machine, last_session, explained, .. } in self.tabs.iter().flatten() {
            if machine.view.session == SessionState::Ended(EndReason::SessionMissing.into())
                && last_session.as_ref().is_some_and(|session| explained.contains(&Server::number(session)))
            {
                broken.push("the reason of an end is not forgotten");
            }
        }
        for tab in 0..2 {
            let checks =
                |flight: &&super::world::InFlight| flight.tab == tab && matches!(flight.request, Request::Check { .. });
            let waiting = |(of, request): &&(usize, Request)| *of == tab && matches!(request, Request::Check { .. });
            let count = self.in_flight.iter().filter(checks).count() + self.waiting.iter().filter(waiting).count();
            if count > 1 {
                broken.push("one check at a time");
            }
        }
        let quiet = self.in_flight.is_empty()
            && self.waiting.is_empty()
            && self.tabs.iter().flatten().all(|open| open.inbox.is_empty());
        for open in self.tabs.iter().flatten() {
            if let (Some(ending), Some(session)) = (open.machine.view.expiring, open.session()) {
                let session = Server::number(session);
                let true_ms = self.server.deadline_ms(session);
                if quiet
                    && open.machine.view.reachability == Reachability::Reachable
                    && self.server.sessions[session].ended.is_none()
                    && true_ms > self.now_ms
                    && ending.at_ms.abs_diff(true_ms) > 1_500
                {
                    broken.push("a visible warning agrees with the server's deadline");
                }
            }
        }
        self.broken.extend(broken);
    }
}
