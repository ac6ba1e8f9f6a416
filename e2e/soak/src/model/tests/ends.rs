//! Sessions that end, and sessions that do not.

use latchkey_shared::EndReason;

use super::*;

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
fn a_revocation_that_is_refused_may_have_been_carried_out_before_nginx_repeated_it() {
    let mut history = History::with_session();
    history.log_in("b", FIRST, 150, 160);
    let revocation = history.0.begin(Request::RevokeOthers(id("b")), ms(200));
    assert_eq!(history.ask(Request::Command(Command::EndSession(id("b"))), Answer::Done, 210, 220), []);
    assert_eq!(history.answer(revocation, Answer::Ended(EndReason::SessionRevoked), 260), []);
    assert_eq!(history.has_ended("a", EndReason::SessionRevoked, 300), []);
}
