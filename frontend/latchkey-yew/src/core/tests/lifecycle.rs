//! The end of a session: immediate, with one notice, and final.

use latchkey_shared::{EndReason, Verified};

use crate::core::answer::Answer;
use crate::core::effect::Effect;
use crate::core::notice::Notice;
use crate::core::test_bench::*;
use crate::view::SessionState;

fn ended_with(reason: EndReason) -> (Bench, Vec<Effect>) {
    let mut bench = Bench::signed_in("ada");
    bench.dispatch(NAVIGATES);
    let effects = bench.checked(ended(reason));
    (bench, effects)
}

#[test]
fn every_end_empties_the_store_and_is_shown_with_its_reason() {
    for reason in EndReason::ALL {
        let (bench, effects) = ended_with(reason);
        assert_eq!(bench.session(), &SessionState::Ended(reason.into()));
        assert!(
            matches!(&effects[..], [Effect::NotifyTabs(_), Effect::ShowNotice(Notice::Ended(shown))] if *shown == reason)
        );
    }
}

#[test]
fn later_checks_do_not_show_the_end_again() {
    let (mut bench, _) = ended_with(EndReason::SessionExpired);
    for reason in [EndReason::SessionExpired, EndReason::SessionMissing] {
        bench.dispatch(NAVIGATES);
        assert_eq!(notices(&bench.checked(ended(reason))), 0);
        assert_eq!(bench.session(), &SessionState::Ended(EndReason::SessionExpired.into()));
    }
}

#[test]
fn nobody_being_signed_in_is_not_an_end() {
    let mut bench = Bench::unknown();
    assert_eq!(notices(&bench.checked(ended(EndReason::SessionMissing))), 0);
    assert_eq!(bench.session(), &SessionState::Anonymous);
}

#[test]
fn after_an_end_found_by_the_fetch_the_check_in_flight_is_ignored() {
    let mut bench = Bench::signed_in("ada");
    bench.dispatch(NAVIGATES);
    bench.checked(active("ada", 2));
    bench.dispatch(NAVIGATES);
    bench.fetched(ended(EndReason::SessionRevoked));
    let effects = bench.checked(active("ada", 2));
    assert_eq!((fetches(&effects), bench.user()), (0, None));
}

#[test]
fn signing_in_again_withdraws_the_notice() {
    let (mut bench, _) = ended_with(EndReason::SessionExpired);
    bench.dispatch(NAVIGATES);
    bench.checked(Answer::Active(Verified::new(session("again", 60), user("ada", 1).id, 1)));
    let effects = bench.fetched(Answer::Active(user("ada", 1)));
    assert_eq!(count(&effects, |effect| matches!(effect, Effect::WithdrawNotice)), 1);
}
