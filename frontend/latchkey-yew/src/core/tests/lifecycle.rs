//! How a session ends: at once, with one notice, and for good.

use latchkey_shared::{EndReason, Verified};

use crate::core::answer::Answer;
use crate::core::effect::Effect;
use crate::core::notice::Notice;
use crate::core::test_bench::*;
use crate::view::SessionState;

fn over(reason: EndReason) -> (Bench, Vec<Effect>) {
    let mut bench = Bench::signed_in("ada");
    bench.dispatch(GOES);
    let effects = bench.checked(ended(reason));
    (bench, effects)
}

#[test]
fn every_end_empties_the_store_and_is_told_with_its_reason() {
    for reason in EndReason::ALL {
        let (bench, effects) = over(reason);
        assert_eq!(bench.session(), &SessionState::Ended(reason.into()));
        assert!(
            matches!(&effects[..], [Effect::NotifyTabs(_), Effect::ShowNotice(Notice::Ended(told))] if *told == reason)
        );
    }
}

#[test]
fn later_checks_do_not_tell_it_again() {
    let (mut bench, _) = over(EndReason::SessionExpired);
    for reason in [EndReason::SessionExpired, EndReason::SessionMissing] {
        bench.dispatch(GOES);
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
fn an_end_that_the_fetch_finds_outranks_the_check_in_flight() {
    let mut bench = Bench::signed_in("ada");
    bench.dispatch(GOES);
    bench.checked(active("ada", 2));
    bench.dispatch(GOES);
    bench.fetched(ended(EndReason::SessionRevoked));
    let effects = bench.checked(active("ada", 2));
    assert_eq!((fetches(&effects), bench.user()), (0, None));
}

#[test]
fn signing_in_again_takes_the_notice_back() {
    let (mut bench, _) = over(EndReason::SessionExpired);
    bench.dispatch(GOES);
    bench.checked(Answer::Active(Verified::new(session("again", 60), user("ada", 1).id, 1)));
    let effects = bench.fetched(Answer::Active(user("ada", 1)));
    assert_eq!(count(&effects, |effect| matches!(effect, Effect::WithdrawNotice)), 1);
}
