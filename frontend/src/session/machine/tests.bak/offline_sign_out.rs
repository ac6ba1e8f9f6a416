//! Signing out while the server cannot be reached: it is forgotten here at once, and ended there as soon as that can be.

use crate::session::answer::SignOutAnswer;
use crate::session::machine::test_bench::*;
use crate::session::notice::Notice;
use crate::session::signals::{Effect, Event};
use crate::session::state::SessionState;

fn sign_outs(effects: &[Effect]) -> usize {
    count(effects, |effect| matches!(effect, Effect::SignOut(_)))
}

fn told(effects: &[Effect], notice: Notice) -> bool {
    count(effects, |effect| matches!(effect, Effect::Notify(told) if *told == notice)) == 1
}

fn signed_out_offline() -> Bench {
    let mut bench = Bench::signed_in("ada");
    bench.happens(Event::SignOutAsked);
    let effects = bench.happens(Event::SignOutAnswered(SignOutAnswer::NoAnswer));
    assert!(told(&effects, Notice::SignOutUnconfirmed));
    assert_eq!(bench.session(), &SessionState::SignedOut);
    bench
}

#[test]
fn known_to_be_offline_it_does_not_even_wait() {
    let mut bench = Bench::signed_in("ada");
    bench.happens(Event::WentOffline);
    let effects = bench.happens(Event::SignOutAsked);
    assert!(told(&effects, Notice::SignOutUnconfirmed));
    assert_eq!((bench.session(), sign_outs(&effects)), (&SessionState::SignedOut, 1));
}

#[test]
fn it_is_tried_again_instead_of_every_check_until_the_server_has_confirmed_it() {
    let mut bench = signed_out_offline();
    for event in [Event::RetryDue, GOES] {
        let effects = bench.happens(event);
        assert_eq!((sign_outs(&effects), checks(&effects)), (1, 0));
        assert_eq!(sign_outs(&bench.happens(GOES)), 0, "one at a time");
        assert!(retry_ms(&bench.happens(Event::SignOutAnswered(SignOutAnswer::NoAnswer))).is_some());
    }
    bench.happens(Event::WentOnline);
    assert!(told(&bench.happens(Event::SignOutAnswered(SignOutAnswer::Done)), Notice::SignOutConfirmed));
    assert_eq!(checks(&bench.happens(GOES)), 1);
}

#[test]
fn a_session_that_took_its_place_is_left_alone() {
    let mut bench = signed_out_offline();
    bench.happens(Event::RetryDue);
    let effects = bench.happens(Event::SignOutAnswered(SignOutAnswer::SessionChanged));
    assert_eq!(notices(&effects), 1);
    assert_eq!(checks(&bench.happens(GOES)), 1);
}

#[test]
fn an_earlier_page_s_sign_out_is_made_up_for_and_shows_nobody() {
    let ada = || latchkey_shared::SessionId("ada".into());
    for mut bench in [Bench::signed_in("ada"), Bench::unknown()] {
        let effects = bench.happens(Event::SignOutRemembered(ada()));
        assert!(told(&effects, Notice::SignOutUnconfirmed));
        assert_eq!((bench.session(), sign_outs(&effects)), (&SessionState::SignedOut, 1));
        assert!(bench.machine.visible.unconfirmed);
        let effects = bench.happens(Event::SignOutAnswered(SignOutAnswer::Done));
        assert!(told(&effects, Notice::SignOutConfirmed) && !bench.machine.visible.unconfirmed);
    }
    let mut bench = Bench::signed_in("bob");
    assert_eq!(sign_outs(&bench.happens(Event::SignOutRemembered(ada()))), 0);
    assert_eq!(bench.user(), Some(("bob", 1)));
}
