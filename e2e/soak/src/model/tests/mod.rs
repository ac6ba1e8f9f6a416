use latchkey_shared::{EndReason, SessionId};

use super::*;

mod ends;
mod other_answers;
mod passwords;

const ADA: UserKey = UserKey(0);
const FIRST: PasswordKey = PasswordKey(0);
const SECOND: PasswordKey = PasswordKey(1);
const THIRD: PasswordKey = PasswordKey(2);
const STALENESS_MS: u64 = 1000;

fn ms(ms: u64) -> At {
    Duration::from_millis(ms)
}

fn id(name: &str) -> SessionId {
    SessionId(name.into())
}

/// A history of one user, in milliseconds.
struct History(Oracle);

impl History {
    fn new() -> Self {
        Self(Oracle::new(ms(STALENESS_MS), &[FIRST]))
    }

    /// A user with the session `a`, started at 100 ms.
    fn with_session() -> Self {
        let mut history = Self::new();
        history.log_in("a", FIRST, 0, 100);
        history
    }

    fn log_in(&mut self, session: &str, password: PasswordKey, begun: u64, now: u64) {
        assert_eq!(self.ask(log_in(password), Answer::Started(id(session)), begun, now), []);
    }

    /// A request and its answer. Returns what is wrong with it.
    fn ask(&mut self, request: Request, answer: Answer, begun: u64, now: u64) -> Vec<Kind> {
        let ticket = self.0.begin(request, ms(begun));
        self.answer(ticket, answer, now)
    }

    fn answer(&mut self, ticket: Ticket, answer: Answer, now: u64) -> Vec<Kind> {
        self.0.finish(ticket, &answer, ms(now)).into_iter().map(|violation| violation.kind).collect()
    }

    fn is_active(&mut self, session: &str, begun: u64) -> Vec<Kind> {
        self.ask(Request::Check(id(session)), Answer::Active(id(session)), begun, begun + 5)
    }

    fn has_ended(&mut self, session: &str, reason: EndReason, begun: u64) -> Vec<Kind> {
        self.ask(Request::Check(id(session)), Answer::Ended(reason), begun, begun + 5)
    }

    fn fault(&mut self, from: u64, until: u64) {
        let fault = self.0.begin_disturbance(ms(from));
        self.0.end_disturbance(&fault, ms(until));
    }
}

fn log_in(password: PasswordKey) -> Request {
    Request::LogIn { user: ADA, password, browser: 1 }
}

fn log_out() -> Request {
    Request::LogOut(id("a"))
}

fn change(by: &str, from: PasswordKey, to: PasswordKey) -> Request {
    Request::ChangePassword { by: id(by), from, to }
}
