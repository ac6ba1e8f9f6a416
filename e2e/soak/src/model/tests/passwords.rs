//! Changes of passwords.

use latchkey_shared::EndReason;

use super::*;

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
fn while_two_changes_may_have_replaced_a_password_its_rejection_settles_neither() {
    let mut history = History::with_session();
    history.fault(200, 300);
    for to in [SECOND, THIRD] {
        assert_eq!(history.ask(change("a", FIRST, to), Answer::Unavailable, 200, 250), []);
    }
    for password in [FIRST, SECOND] {
        assert_eq!(history.ask(log_in(password), Answer::BadCredentials, 300, 305), []);
    }
    history.log_in("b", THIRD, 310, 320);
    assert_eq!(history.0.passwords(ADA), [THIRD]);
}

#[test]
fn a_log_in_that_races_the_change_to_its_password_may_be_rejected() {
    let mut history = History::with_session();
    let early = history.0.begin(log_in(SECOND), ms(240));
    assert_eq!(history.ask(change("a", FIRST, SECOND), Answer::Started(id("b")), 200, 250), []);
    assert_eq!(history.answer(early, Answer::BadCredentials, 260), []);
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
