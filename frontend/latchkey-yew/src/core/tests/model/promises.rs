//! What must be true after every step, whatever happened.

use super::model_server::{Request, Server};
use super::world::World;
use crate::view::Reachability;

impl World {
    pub fn promises_hold(&mut self) {
        let mut broken = Vec::new();
        for &session in &self.left {
            if self.server.sessions[session].ended.is_none() && !self.pending(session) && self.holds(session) {
                broken.push("a sign-out that was asked for is sent or pending");
            }
        }
        for tab in 0..2 {
            let checks =
                |flight: &&super::world::Flight| flight.tab == tab && matches!(flight.request, Request::Check { .. });
            let waiting = |(of, request): &&(usize, Request)| *of == tab && matches!(request, Request::Check { .. });
            let count = self.flights.iter().filter(checks).count() + self.waiting.iter().filter(waiting).count();
            if count > 1 {
                broken.push("one check at a time");
            }
        }
        let quiet = self.flights.is_empty()
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
                    broken.push("a warning that shows is true on the server");
                }
            }
        }
        self.broken.extend(broken);
    }
}
