use latchkey_shared::{EndReason, SessionId};

use super::*;

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

#[test]
fn a_session_without_an_end_that_is_refused_is_lost() {
    for reason in [EndReason::SessionMissing, EndReason::SignedOut, EndReason::SessionExpired] {
        assert_eq!(History::with_session().has_ended("a", reason, 200), [Kind::Lost]);
    }
    assert_eq!(History::with_session().is_active("a", 200), []);
}

#[test]
fn an_ended_session_may_be_used_for_as_long_as_the_staleness_and_then_is_resurrected() {
    let mut history = History::with_session();
    assert_eq!(history.ask(log_out(), Answer::Done, 200, 250), []);
    assert_eq!(history.is_active("a", 250 + STALENESS_MS), []);
    assert_eq!(history.is_active("a", 251 + STALENESS_MS), [Kind::Resurrected]);
    assert_eq!(history.has_ended("a", EndReason::SignedOut, 300), []);
}

#[test]
fn what_the_store_decides_alone_is_refused_at_once() {
    let mut history = History::with_session();
    assert_eq!(history.ask(log_out(), Answer::Done, 200, 250), []);
    let refresh = Request::Refresh(id("a"));
    assert_eq!(history.ask(refresh.clone(), Answer::Active(id("a")), 249, 260), [], "it raced the log-out");
    assert_eq!(history.ask(refresh, Answer::Active(id("a")), 251, 260), [Kind::Resurrected]);
    let changed = history.ask(change("a", FIRST, SECOND), Answer::Started(id("b")), 251, 260);
    assert_eq!(changed, [Kind::Resurrected]);
}

#[test]
fn a_log_out_without_an_answer_allows_both_until_the_end_is_seen() {
    let mut history = History::with_session();
    history.fault(200, 300);
    assert_eq!(history.ask(log_out(), Answer::Unavailable, 200, 250), []);
    assert_eq!(history.is_active("a", 5000), []);
    assert_eq!(history.has_ended("a", EndReason::SignedOut, 6000), []);
    assert_eq!(history.is_active("a", 6006 + STALENESS_MS), [Kind::Resurrected]);
}

#[test]
fn a_session_that_was_refused_once_has_ended_for_ever() {
    let mut history = History::with_session();
    let ticket = history.0.begin(log_out(), ms(200));
    assert_eq!(history.has_ended("a", EndReason::SignedOut, 210), [], "the log-out is in flight");
    assert_eq!(history.is_active("a", 216 + STALENESS_MS), [Kind::Resurrected]);
    assert_eq!(history.answer(ticket, Answer::Done, 5000), []);
}

#[test]
fn the_reason_is_one_that_can_have_ended_the_session_and_never_changes() {
    let mut history = History::with_session();
    assert_eq!(history.ask(log_out(), Answer::Done, 200, 250), []);
    assert_eq!(history.has_ended("a", EndReason::PasswordChanged, 300), [Kind::Wrong]);

    let mut history = History::with_session();
    assert_eq!(history.ask(log_out(), Answer::Done, 200, 250), []);
    assert_eq!(history.ask(Request::Command(Command::SignOut(ADA)), Answer::Done, 200, 250), []);
    assert_eq!(history.has_ended("a", EndReason::SessionRevoked, 300), []);
    assert_eq!(history.has_ended("a", EndReason::SignedOut, 400), [Kind::Wrong]);
}

#[test]
fn a_session_is_revoked_from_another_one_or_by_a_command() {
    for request in [
        Request::Revoke { by: id("b"), target: id("a") },
        Request::RevokeOthers(id("b")),
        Request::Command(Command::EndSession(id("a"))),
        Request::Command(Command::SignOut(ADA)),
    ] {
        let mut history = History::with_session();
        history.log_in("b", FIRST, 150, 160);
        let revokes_both = request == Request::Command(Command::SignOut(ADA));
        assert_eq!(history.ask(request, Answer::Done, 200, 250), []);
        assert_eq!(history.is_active("a", 251 + STALENESS_MS), [Kind::Resurrected]);
        assert_eq!(history.has_ended("a", EndReason::SessionRevoked, 300), []);
        let other = history.has_ended("b", EndReason::SessionRevoked, 300);
        assert_eq!(other.is_empty(), revokes_both, "{other:?}");
    }
}

#[test]
fn a_log_in_that_races_a_revocation_of_all_others_may_come_before_it_or_after_it() {
    let mut history = History::with_session();
    let revoke = history.0.begin(Request::RevokeOthers(id("a")), ms(200));
    history.log_in("b", FIRST, 190, 210);
    assert_eq!(history.answer(revoke, Answer::Done, 220), []);
    assert_eq!(history.is_active("b", 9000), [], "it came after it");
    assert_eq!(history.has_ended("b", EndReason::SessionRevoked, 9100), [], "or before it");
    history.log_in("c", FIRST, 230, 240);
    assert_eq!(history.has_ended("c", EndReason::SessionRevoked, 9100), [Kind::Lost], "this one certainly after it");
}

#[test]
fn a_revocation_without_an_answer_may_end_sessions_that_begin_a_little_later() {
    let mut history = History::with_session();
    history.fault(0, 100_000);
    assert_eq!(history.ask(Request::RevokeOthers(id("a")), Answer::Unavailable, 200, 300), []);
    history.log_in("b", FIRST, 5000, 5100);
    history.log_in("c", FIRST, 90_000, 90_100);
    assert_eq!(history.has_ended("b", EndReason::SessionRevoked, 91_000), []);
    assert_eq!(history.has_ended("c", EndReason::SessionRevoked, 91_000), [Kind::Lost]);
}

#[test]
fn a_change_of_password_ends_all_sessions_that_began_with_the_old_one() {
    let mut history = History::with_session();
    history.log_in("b", FIRST, 100, 150);
    let late = history.0.begin(log_in(FIRST), ms(190));
    assert_eq!(history.ask(change("a", FIRST, SECOND), Answer::Started(id("c")), 200, 250), []);
    assert_eq!(history.answer(late, Answer::Started(id("d")), 400), [], "it came before the change");
    for (session, ended) in [("a", 250), ("b", 250), ("d", 400)] {
        assert_eq!(history.is_active(session, ended + STALENESS_MS), []);
        assert_eq!(history.is_active(session, ended + 1 + STALENESS_MS), [Kind::Resurrected]);
        assert_eq!(history.has_ended(session, EndReason::PasswordChanged, 500), []);
    }
    assert_eq!(history.is_active("c", 9000), []);
    assert_eq!(history.has_ended("c", EndReason::PasswordChanged, 9000), [Kind::Lost]);
}

#[test]
fn only_the_password_in_force_opens_a_session() {
    let mut history = History::with_session();
    assert_eq!(history.ask(log_in(FIRST), Answer::BadCredentials, 110, 120), [Kind::Wrong]);
    assert_eq!(history.ask(log_in(THIRD), Answer::BadCredentials, 110, 120), []);
    assert_eq!(history.ask(log_in(THIRD), Answer::Started(id("x")), 110, 120), [Kind::Wrong]);
    assert_eq!(history.ask(change("a", FIRST, SECOND), Answer::Started(id("b")), 200, 250), []);
    assert_eq!(history.ask(log_in(FIRST), Answer::Started(id("y")), 251, 260), [Kind::Wrong]);
    assert_eq!(history.ask(log_in(FIRST), Answer::BadCredentials, 251, 260), []);
    assert_eq!(history.ask(log_in(SECOND), Answer::BadCredentials, 251, 260), [Kind::Wrong]);
    history.log_in("c", SECOND, 251, 260);
}

#[test]
fn a_change_without_an_answer_is_settled_by_the_next_answer_that_shows_which_password_is_in_force() {
    let mut history = History::with_session();
    history.fault(200, 300);
    assert_eq!(history.ask(change("a", FIRST, SECOND), Answer::Unavailable, 200, 250), []);
    assert_eq!(history.0.passwords(ADA), [FIRST, SECOND]);
    history.log_in("b", FIRST, 300, 310);
    history.log_in("c", SECOND, 320, 330);
    assert_eq!(history.0.passwords(ADA), [SECOND]);
    assert_eq!(history.ask(log_in(FIRST), Answer::Started(id("x")), 331, 340), [Kind::Wrong]);
    for session in ["a", "b"] {
        assert_eq!(history.is_active(session, 331 + STALENESS_MS), [Kind::Resurrected]);
    }
    assert_eq!(history.is_active("c", 9000), []);
}

#[test]
fn a_rejected_password_or_an_ended_session_also_settles_it() {
    for answer in ["rejected", "ended"] {
        let mut history = History::with_session();
        history.fault(200, 300);
        assert_eq!(history.ask(change("a", FIRST, SECOND), Answer::Unavailable, 200, 250), []);
        let seen = match answer {
            "rejected" => history.ask(log_in(FIRST), Answer::BadCredentials, 300, 305),
            _ => history.has_ended("a", EndReason::PasswordChanged, 300),
        };
        assert_eq!(seen, []);
        assert_eq!(history.0.passwords(ADA), [SECOND]);
        assert_eq!(history.ask(log_in(SECOND), Answer::BadCredentials, 310, 320), [Kind::Wrong]);
    }
}

#[test]
fn of_two_changes_of_one_password_one_succeeds() {
    let mut history = History::with_session();
    history.log_in("b", FIRST, 100, 110);
    let other = history.0.begin(change("b", FIRST, THIRD), ms(200));
    assert_eq!(history.ask(change("a", FIRST, SECOND), Answer::Started(id("c")), 200, 250), []);
    assert_eq!(history.answer(other, Answer::Started(id("d")), 260), [Kind::Wrong]);

    let mut history = History::with_session();
    history.log_in("b", FIRST, 100, 110);
    let other = history.0.begin(change("b", FIRST, THIRD), ms(200));
    assert_eq!(history.ask(change("a", FIRST, SECOND), Answer::Started(id("c")), 200, 250), []);
    assert_eq!(history.answer(other, Answer::Ended(EndReason::PasswordChanged), 260), []);
    assert_eq!(history.0.passwords(ADA), [SECOND]);
}

#[test]
fn a_disabled_account_has_no_sessions_and_opens_none() {
    let mut history = History::with_session();
    let late = history.0.begin(log_in(FIRST), ms(190));
    assert_eq!(history.ask(log_in(FIRST), Answer::Ended(EndReason::AccountDisabled), 150, 160), [Kind::Wrong]);
    assert_eq!(history.ask(Request::Command(Command::Disable(ADA)), Answer::Done, 200, 250), []);
    assert_eq!(history.answer(late, Answer::Started(id("b")), 300), [], "it came before");
    assert_eq!(history.is_active("b", 301 + STALENESS_MS), [Kind::Resurrected]);
    assert_eq!(history.has_ended("a", EndReason::AccountDisabled, 260), []);
    assert_eq!(history.ask(log_in(FIRST), Answer::Ended(EndReason::AccountDisabled), 260, 270), []);
    assert_eq!(history.ask(log_in(FIRST), Answer::Started(id("x")), 260, 270), [Kind::Wrong]);
    let late = history.0.begin(log_in(FIRST), ms(290));
    assert_eq!(history.ask(Request::Command(Command::Enable(ADA)), Answer::Done, 300, 350), []);
    assert_eq!(history.answer(late, Answer::Started(id("c")), 360), [], "it came after");
    assert_eq!(history.is_active("c", 9000), []);
    assert_eq!(history.ask(log_in(FIRST), Answer::Ended(EndReason::AccountDisabled), 351, 360), [Kind::Wrong]);
}

#[test]
fn a_failed_command_may_have_disabled_the_account() {
    let mut history = History::with_session();
    history.fault(0, 1000);
    assert_eq!(history.ask(Request::Command(Command::Disable(ADA)), Answer::Unavailable, 200, 250), []);
    assert_eq!(history.is_active("a", 5000), []);
    assert_eq!(history.ask(log_in(FIRST), Answer::Ended(EndReason::AccountDisabled), 300, 310), []);
    assert_eq!(history.has_ended("a", EndReason::AccountDisabled, 6000), []);
}

#[test]
fn a_command_finds_every_session_that_has_not_ended() {
    let end = Request::Command(Command::EndSession(id("a")));
    assert_eq!(History::with_session().ask(end.clone(), Answer::NotFound, 200, 250), [Kind::Lost]);
    let mut history = History::with_session();
    assert_eq!(history.ask(log_out(), Answer::Done, 200, 250), []);
    assert_eq!(history.ask(end, Answer::NotFound, 200, 250), []);
}

#[test]
fn the_list_has_every_active_session_and_no_other() {
    let list =
        |by: &str, ids: &[&str]| (Request::List(id(by)), Answer::Listed(ids.iter().map(|name| id(name)).collect()));
    let mut history = History::with_session();
    history.log_in("b", FIRST, 100, 110);
    let late = history.0.begin(log_in(FIRST), ms(115));
    let (request, answer) = list("a", &["a", "b", "unanswered"]);
    assert_eq!(history.ask(request, answer, 120, 130), []);
    let (request, answer) = list("a", &["a"]);
    assert_eq!(history.ask(request, answer, 120, 130), [Kind::Lost]);
    assert_eq!(history.answer(late, Answer::Started(id("c")), 140), []);
    assert_eq!(history.ask(Request::LogOut(id("b")), Answer::Done, 200, 210), []);
    let (request, answer) = list("a", &["a", "b", "c"]);
    assert_eq!(history.ask(request.clone(), answer.clone(), 205, 220), [], "it raced the log-out");
    assert_eq!(history.ask(request, answer, 211, 220), [Kind::Resurrected]);
}

#[test]
fn an_answer_may_be_missing_only_around_a_fault() {
    let recovered = 400 + u64::try_from(RECOVERY.as_millis()).unwrap();
    for (begun, now, expected) in [
        (100, 199, vec![Kind::Unexcused]),
        (100, 200, vec![]),
        (250, 260, vec![]),
        (recovered, recovered + 10, vec![]),
        (recovered + 1, recovered + 10, vec![Kind::Unexcused]),
    ] {
        let mut history = History::new();
        history.fault(200, 400);
        let check = history.ask(Request::Check(id("a")), Answer::Unavailable, begun, now);
        assert_eq!(check, expected, "{begun} {now}");
    }
    let mut history = History::new();
    let _fault = history.0.begin_disturbance(ms(200));
    assert_eq!(history.ask(Request::Check(id("a")), Answer::Unavailable, 9000, 9001), [], "it goes on");
}

#[test]
fn log_ins_wait_only_after_enough_failures() {
    let mut history = History::new();
    assert_eq!(history.ask(log_in(FIRST), Answer::TooManyAttempts, 0, 1), [Kind::Wrong]);
    for round in 0..5 {
        assert_eq!(history.ask(log_in(THIRD), Answer::BadCredentials, round, round), []);
    }
    assert_eq!(history.ask(log_in(FIRST), Answer::TooManyAttempts, 10, 11), []);
    history.log_in("a", FIRST, 3000, 3001);
    assert_eq!(history.ask(log_in(FIRST), Answer::TooManyAttempts, 3002, 3003), [Kind::Wrong]);
}

#[test]
fn an_answer_of_another_kind_or_for_another_session_is_wrong() {
    for answer in [Answer::Strange("500".into()), Answer::Done, Answer::Active(id("b")), Answer::BadCredentials] {
        let mut history = History::with_session();
        assert_eq!(history.ask(Request::Check(id("a")), answer, 200, 210), [Kind::Wrong]);
    }
    let mut history = History::with_session();
    assert_eq!(history.ask(log_out(), Answer::Strange("500".into()), 200, 210), [Kind::Wrong]);
    assert_eq!(history.ask(log_in(FIRST), Answer::Ended(EndReason::SessionMissing), 200, 210), [Kind::Wrong]);
}
