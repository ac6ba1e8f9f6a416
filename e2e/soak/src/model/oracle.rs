//! The history of requests and answers, and the judgement of each answer.

use std::{collections::HashMap, time::Duration};

use latchkey_shared::{EndReason, SessionId};

use super::{
    At, Disturbance, Kind, PasswordKey, Violation,
    account::Account,
    disturbances::Disturbances,
    request::{Answer, Command, Outcome, Request, Scope, UserKey},
    session::Session,
};

/// A request in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ticket(u64);

/// The history of requests and answers.
#[derive(Debug)]
pub struct Oracle {
    /// How long a cached session may be used after its end.
    staleness: Duration,
    pub(super) accounts: Vec<Account>,
    pub(super) sessions: HashMap<SessionId, Session>,
    disturbances: Disturbances,
    in_flight: HashMap<Ticket, (Request, At)>,
    begun: u64,
}

impl Oracle {
    /// A history of users without sessions, who have these passwords.
    pub fn new(staleness: Duration, passwords: &[PasswordKey]) -> Self {
        Self {
            staleness,
            accounts: passwords.iter().map(|password| Account::new(*password, At::ZERO)).collect(),
            sessions: HashMap::new(),
            disturbances: Disturbances::default(),
            in_flight: HashMap::new(),
            begun: 0,
        }
    }

    /// A fault begins: answers may be missing.
    pub fn begin_disturbance(&mut self, now: At) -> Disturbance {
        self.disturbances.begin(now)
    }

    /// A fault ends.
    pub fn end_disturbance(&mut self, disturbance: &Disturbance, now: At) {
        self.disturbances.end(disturbance, now);
    }

    /// For how long, in all, answers might be missing.
    pub fn excused(&self) -> Duration {
        self.disturbances.excused()
    }

    /// The passwords that a user may have.
    pub fn passwords(&self, UserKey(user): UserKey) -> Vec<PasswordKey> {
        self.accounts[user].passwords.candidates().collect()
    }

    /// The sessions that have certainly ended, or else those that may be active.
    pub fn sessions(&self, have_ended: bool) -> impl Iterator<Item = &SessionId> {
        self.sessions.iter().filter(move |(_, session)| session.ended().is_some() == have_ended).map(|(id, _)| id)
    }

    /// Forgets an ended session, which no request will use again.
    pub fn forget(&mut self, session: &SessionId) {
        self.sessions.remove(session);
    }

    /// A request begins. From now on its effects are possible.
    pub fn begin(&mut self, request: Request, now: At) -> Ticket {
        self.begun += 1;
        let ticket = Ticket(self.begun);
        if let (Some((scope, reason)), Some(user)) = (request.ends(), self.user(&request)) {
            for (id, session) in &mut self.sessions {
                if session.user == user && scope.contains(id) {
                    session.causes.push((ticket, reason));
                }
            }
            if !matches!(scope, Scope::One(_)) {
                self.accounts[user.0].begin_end(ticket, scope, reason, now);
            }
        }
        match &request {
            Request::ChangePassword { by, from, to } => {
                if let Some(session) = self.sessions.get(by) {
                    self.accounts[session.user.0].passwords.begin_change(*from, *to, now);
                }
            }
            Request::Command(Command::Disable(user)) => self.accounts[user.0].standing.begin_disable(),
            Request::Command(Command::Enable(user)) => self.accounts[user.0].standing.begin_enable(),
            _ => {}
        }
        self.in_flight.insert(ticket, (request, now));
        ticket
    }

    /// An answer arrived.
    pub fn finish(&mut self, ticket: Ticket, answer: &Answer, now: At) -> Vec<Violation> {
        let Some((request, begun)) = self.in_flight.remove(&ticket) else { return Vec::new() };
        self.note_effect(ticket, &request, request.outcome(answer), begun, now);
        match (&request, answer) {
            (_, Answer::Unavailable) => {
                if let Request::LogIn { user, browser, .. } = request {
                    self.accounts[user.0].count_failure(browser);
                }
                let waited = (now - begun).as_millis();
                let unexcused = || Violation::new(Kind::Unexcused, format!("{request:?}, after {waited} ms"));
                (!self.disturbances.excuse(begun, now)).then(unexcused).into_iter().collect()
            }
            (Request::LogIn { .. }, answer) => {
                self.judge_log_in(ticket, &request, answer, begun, now).into_iter().collect()
            }
            (Request::LogOut(_) | Request::Command(_), Answer::Done) => Vec::new(),
            (Request::Revoke { by, .. } | Request::RevokeOthers(by), Answer::Done) => {
                self.used(by, &request, answer, begun, self.staleness)
            }
            (Request::Check(session), Answer::Active(active)) if active == session => {
                self.used(session, &request, answer, begun, self.staleness)
            }
            (Request::Refresh(session), Answer::Active(active)) if active == session => {
                self.used(session, &request, answer, begun, Duration::ZERO)
            }
            (Request::List(by), Answer::Listed(listed)) => {
                let mut violations = self.used(by, &request, answer, begun, self.staleness);
                violations.extend(self.judge_list(by, listed, begun));
                violations
            }
            (Request::ChangePassword { by, from, to }, Answer::Started(new)) => {
                let mut violations = self.used(by, &request, answer, begun, Duration::ZERO);
                violations.extend(self.judge_change(ticket, &request, (by, *from, *to), new, begun, now));
                violations
            }
            (Request::ChangePassword { by, from, .. }, Answer::BadCredentials) => {
                let user = self.sessions.get(by).map(|session| session.user);
                user.and_then(|user| self.judge_rejection(user, *from, &request, begun, now)).into_iter().collect()
            }
            (Request::Command(Command::EndSession(session)), Answer::NotFound) => {
                let session = self.sessions.get_mut(session);
                session.and_then(|session| session.not_found(&request, now)).into_iter().collect()
            }
            (request, Answer::Ended(reason)) if request.session().is_some() => {
                self.refused(request, *reason, now).into_iter().collect()
            }
            (request, answer) => vec![Violation::new(Kind::Wrong, format!("{request:?}: {answer:?}"))],
        }
    }

    /// What a request ended, certainly, or certainly not.
    fn note_effect(&mut self, ticket: Ticket, request: &Request, outcome: Outcome, begun: At, now: At) {
        if let (Some((scope, _)), Some(user)) = (request.ends(), self.user(request)) {
            self.accounts[user.0].finish_end(ticket, outcome, matches!(request, Request::Command(_)), now);
            for (id, session) in self.sessions.iter_mut().filter(|(_, session)| session.user == user) {
                match outcome {
                    Outcome::NotDone => session.causes.retain(|(cause, _)| *cause != ticket),
                    // A disabled account begins no sessions, so one that is known began before.
                    Outcome::Done if matches!(request, Request::Command(Command::Disable(_))) => session.end(now),
                    Outcome::Done if scope.contains(id) && session.started <= begun => session.end(now),
                    Outcome::Done | Outcome::Unknown => {}
                }
            }
        }
        match (request, outcome) {
            (Request::ChangePassword { by, to, .. }, Outcome::NotDone) => {
                if let Some(session) = self.sessions.get(by) {
                    self.accounts[session.user.0].passwords.fail_change(*to);
                }
            }
            (Request::Command(Command::Disable(user)), Outcome::Done) => self.accounts[user.0].standing.disable(now),
            (Request::Command(Command::Enable(user)), Outcome::Done) => {
                self.accounts[user.0].standing.enable(now);
                self.accounts[user.0].forget_all_failures();
            }
            _ => {}
        }
    }

    /// A session that an answer started. It may have ended before the answer arrived.
    pub(super) fn start(
        &mut self,
        ticket: Ticket,
        user: UserKey,
        password: PasswordKey,
        id: &SessionId,
        begun: At,
        now: At,
    ) {
        let account = &self.accounts[user.0];
        let mut session = Session::new(user, password, now, account.causes(id, begun, ticket));
        if account.standing.disabled().is_some() {
            session.end(now);
        }
        self.sessions.insert(id.clone(), session);
        self.end_by_password(user);
    }

    /// A session began while its password was in force, and so it ended when that was replaced.
    pub(super) fn end_by_password(&mut self, user: UserKey) {
        let passwords = &self.accounts[user.0].passwords;
        for session in self.sessions.values_mut().filter(|session| session.user == user) {
            if let Some(replaced) = passwords.replaced(session.password) {
                session.end(replaced);
            }
        }
    }

    fn used(
        &self,
        by: &SessionId,
        request: &Request,
        answer: &Answer,
        begun: At,
        staleness: Duration,
    ) -> Vec<Violation> {
        let session = self.sessions.get(by);
        session.and_then(|session| session.used(request, answer, begun, staleness)).into_iter().collect()
    }

    fn refused(&mut self, request: &Request, reason: EndReason, now: At) -> Option<Violation> {
        let session = self.sessions.get_mut(request.session()?)?;
        let violation = session.refused(request, reason, now);
        if violation.is_none() && reason == EndReason::PasswordChanged {
            let (user, password) = (session.user, session.password);
            self.accounts[user.0].passwords.note_replaced(password, now);
            self.end_by_password(user);
        }
        violation
    }

    /// Whose sessions a request may end.
    fn user(&self, request: &Request) -> Option<UserKey> {
        let session = match request {
            Request::Command(Command::SignOut(user) | Command::Disable(user) | Command::Enable(user)) => {
                return Some(*user);
            }
            Request::Command(Command::EndSession(session)) | Request::Revoke { target: session, .. } => session,
            request => request.session()?,
        };
        self.sessions.get(session).map(|session| session.user)
    }
}
