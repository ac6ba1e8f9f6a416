//! What other tabs and the event stream tell: believed at once, asked about never, told on only by who found it out.

use latchkey_shared::{EndReason, SessionId, SignedIn};

use crate::core::answer::{Answer, SignInAnswer, SignOutAnswer};
use crate::core::effect::Effect;
use crate::core::event::Event;
use crate::core::notice::Notice;
use crate::core::pending_sign_out::PendingSignOut;
use crate::core::tab_message::{SessionEnd, TabMessage};
use crate::core::test_bench::*;
use crate::view::SessionState;

fn end(session: &str, reason: EndReason) -> SessionEnd {
    SessionEnd::new(SessionId(session.into()), reason)
}

fn tells(message: TabMessage) -> Event {
    Event::TabReported { message, sent_at_ms: 0 }
}

fn told(effects: &[Effect]) -> Vec<TabMessage> {
    let message = |effect: &Effect| match effect {
        Effect::NotifyTabs(message) => Some(message.clone()),
        _ => None,
    };
    effects.iter().filter_map(message).collect()
}

fn anonymous() -> Bench {
    let mut bench = Bench::unknown();
    bench.checked(ended(EndReason::SessionMissing));
    bench
}

#[test]
fn a_sign_in_elsewhere_is_taken_over_without_a_request_and_not_told_on() {
    let mut bench = anonymous();
    let effects = bench.dispatch(tells(TabMessage::Active(signed_in("ada", 1))));
    assert_eq!(bench.user(), Some(("ada", 1)));
    assert_eq!((checks(&effects), fetches(&effects), told(&effects)), (0, 0, vec![]));
    assert_eq!(checks(&bench.dispatch(IS_LED)), 0, "the guard leads on: no news");
    assert_eq!(checks(&bench.dispatch(GOES)), 1);
}

#[test]
fn an_end_elsewhere_empties_the_store_without_a_request_and_is_not_told_on() {
    let mut bench = Bench::signed_in("ada");
    let effects = bench.dispatch(tells(TabMessage::Ended(end("ada", EndReason::SignedOut))));
    assert_eq!(bench.session(), &SessionState::Ended(EndReason::SignedOut.into()));
    assert!(matches!(&effects[..], [Effect::ShowNotice(Notice::Ended(cause))] if *cause == EndReason::SignedOut));
}

#[test]
fn the_end_of_another_session_is_none_of_ours() {
    let mut bench = Bench::signed_in("ada");
    assert!(bench.dispatch(tells(TabMessage::Ended(end("older", EndReason::SessionExpired)))).is_empty());
    assert!(bench.dispatch(Event::EndStreamed(end("older", EndReason::SessionExpired))).is_empty());
    assert_eq!(bench.user(), Some(("ada", 1)));
}

#[test]
fn late_news_of_a_session_that_ended_do_not_bring_it_back() {
    let mut bench = Bench::signed_in("ada");
    bench.dispatch(Event::EndStreamed(end("ada", EndReason::SessionRevoked)));
    bench.dispatch(tells(TabMessage::Active(signed_in("ada", 2))));
    assert_eq!(bench.user(), None);
}

#[test]
fn what_is_known_already_is_no_news() {
    let mut bench = Bench::signed_in("ada");
    assert!(bench.dispatch(tells(TabMessage::Active(signed_in("ada", 1)))).is_empty());
    bench.dispatch(tells(TabMessage::Active(signed_in("ada", 3))));
    bench.dispatch(tells(TabMessage::Active(signed_in("ada", 2))));
    assert_eq!(bench.user(), Some(("ada", 3)));
}

#[test]
fn who_finds_out_tells_the_others_once() {
    let mut bench = anonymous();
    bench.dispatch(Event::SignInRequested(login()));
    let effects =
        bench.dispatch(Event::SignInAnswered { answer: SignInAnswer::Done(signed_in("ada", 1)), sent_at_ms: 0 });
    assert_eq!(told(&effects), [TabMessage::Active(signed_in("ada", 1))]);

    bench.dispatch(GOES);
    assert_eq!(told(&bench.checked(active("ada", 1))), []);
    bench.dispatch(GOES);
    bench.checked(active("ada", 2));
    assert_eq!(told(&bench.fetched(Answer::Active(user("ada", 2)))), [TabMessage::Active(signed_in("ada", 2))]);

    let pending = PendingSignOut { pending: SessionId("ada".into()), replaced: false };
    assert_eq!(told(&bench.dispatch(Event::SignOutRequested)), [TabMessage::SignOutPending(pending)]);
    let effects = bench.dispatch(Event::SignOutAnswered(SignOutAnswer::Done));
    assert_eq!(told(&effects), [TabMessage::SignOutDone(SessionId("ada".into()))]);
}

#[test]
fn news_say_how_much_time_is_left_now() {
    let mut bench = Bench::signed_in("ada");
    bench.now_ms = 100_000;
    bench.dispatch(Event::UserStreamed { user_version: 2 });
    let effects = bench.fetched(Answer::Active(user("ada", 2)));
    let SignedIn { user, session: whole, .. } = signed_in("ada", 2);
    let session = with(whole, |it| it.expires_in_s = LIFETIME_S - 100);
    assert_eq!(told(&effects), [TabMessage::Active(SignedIn::new(user, session))]);
}

#[test]
fn an_end_on_the_stream_is_told_at_once_and_a_check_takes_the_cookie_away() {
    let mut bench = Bench::signed_in("ada");
    let gone = end("ada", EndReason::SessionRevoked);
    let effects = bench.dispatch(Event::EndStreamed(gone.clone()));
    assert_eq!(bench.session(), &SessionState::Ended(EndReason::SessionRevoked.into()));
    assert_eq!((notices(&effects), checks(&effects), told(&effects)), (1, 1, vec![TabMessage::Ended(gone)]));
    let effects = bench.checked(ended(EndReason::SessionRevoked));
    assert_eq!((notices(&effects), told(&effects)), (0, vec![]));
}

#[test]
fn a_changed_user_on_the_stream_is_fetched_once() {
    let mut bench = Bench::signed_in("ada");
    assert_eq!(fetches(&bench.dispatch(Event::UserStreamed { user_version: 1 })), 0);
    assert_eq!(fetches(&bench.dispatch(Event::UserStreamed { user_version: 2 })), 1);
    assert_eq!(fetches(&bench.dispatch(Event::UserStreamed { user_version: 2 })), 0);
}
