//! Accounts, lists, and answers that are missing or of another kind.

use latchkey_shared::EndReason;

use super::*;

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
    let ticket = history.0.begin(Request::List(id("a")), ms(138));
    assert_eq!(history.answer(late, Answer::Started(id("c")), 140), []);
    let (_, answer) = list("a", &["a", "b"]);
    assert_eq!(history.answer(ticket, answer, 145), [], "the log-in was answered after the list was asked for");
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
fn the_time_in_which_answers_may_be_missing_is_counted_once() {
    let mut history = History::new();
    history.fault(1000, 2000);
    assert_eq!(history.0.excused(), ms(1000) + RECOVERY);
    history.fault(3000, 4000);
    assert_eq!(history.0.excused(), ms(3000) + RECOVERY, "the second began before all was well");
    history.fault(20_000, 21_000);
    assert_eq!(history.0.excused(), ms(4000) + 2 * RECOVERY);
}

#[test]
fn log_ins_wait_only_after_enough_failures() {
    let mut history = History::new();
    assert_eq!(history.ask(log_in(FIRST), Answer::TooManyAttempts, 0, 1), [Kind::Wrong]);
    for round in 0..4 {
        assert_eq!(history.ask(log_in(THIRD), Answer::BadCredentials, round, round), []);
        assert_eq!(history.ask(log_in(FIRST), Answer::TooManyAttempts, round, round), [Kind::Wrong]);
    }
    assert_eq!(history.ask(log_in(THIRD), Answer::BadCredentials, 4, 4), []);
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
