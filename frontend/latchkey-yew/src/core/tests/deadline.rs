//! Deadlines: correct however late the app starts or an answer arrives, and never moved back.

use latchkey_shared::{InitialSession, SignedIn, Timestamp, Verified};

use crate::core::answer::Answer;
use crate::core::event::Event;
use crate::core::tab_message::TabMessage;
use crate::core::test_bench::*;

#[test]
fn a_page_that_took_seconds_to_load_counts_from_when_it_arrived() {
    let mut bench = Bench { now_ms: 5_000, ..Bench::default() };
    let initial = Some(InitialSession::Active(signed_in("ada", 1)));
    let effects = bench.dispatch(Event::Started { initial, received_at_ms: 1_000, pending: None });
    assert_eq!(deadline_ms(&effects), Some(LIFETIME_S * 1_000 - 4_000));
}

#[test]
fn a_delayed_answer_makes_no_deadline_late() {
    let mut bench = Bench::signed_in("ada");
    bench.dispatch(NAVIGATES);
    bench.now_ms = 3_000;
    let verified = Verified::new(session("ada", 10), user("ada", 1).id, 1);
    let mut fresh = Bench::default();
    fresh.dispatch(started(None));
    fresh.now_ms = 3_000;
    let generation = fresh.generation;
    let answer = Answer::Active(verified);
    let effects = fresh.dispatch(Event::Checked { generation, answer, sent_at_ms: 0, new_build: false });
    assert_eq!(deadline_ms(&effects), Some(7_000));
}

#[test]
fn a_deadline_does_not_move_back() {
    let lasting = |expires_in_s, expires_at: &str| {
        with(session("ada", expires_in_s), |it| {
            it.expires_at = Timestamp(expires_at.into());
            it.created_at = Timestamp("2026-01-01T00:00:00Z".into());
        })
    };
    let mut bench = Bench::signed_in("ada");
    let newer = lasting(900, "2026-01-01T00:15:00Z");
    let older = lasting(600, "2026-01-01T00:10:00Z");
    bench.now_ms = 2;
    for (session, sent_at_ms) in [(newer, 2), (older, 1)] {
        let message = TabMessage::Active(SignedIn::new(user("ada", 1), session));
        bench.dispatch(Event::TabReported { message, sent_at_ms });
    }
    assert_eq!(bench.session().active().unwrap().session.expires_in_s, 900);
    assert_eq!(checks(&bench.after(899, Event::DeadlineDue)), 0);
    assert_eq!(checks(&bench.after(1, Event::DeadlineDue)), 1);
}
