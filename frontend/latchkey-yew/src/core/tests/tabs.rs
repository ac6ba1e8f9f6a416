//! Messages of other tabs and of the event stream: applied at once, without a request, and sent on only if the server sent them.

use latchkey_shared::{EndReason, InitialSession, SessionId, SignedIn};

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

fn reported(message: TabMessage) -> Event {
    Event::TabReported { message, sent_at_ms: 0 }
}

fn notified(effects: &[Effect]) -> Vec<TabMessage> {
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
fn a_sign_in_in_another_tab_is_adopted_without_a_request_and_not_sent_on() {
    let mut bench = anonymous();
    let effects = bench.dispatch(reported(TabMessage::Active(signed_in("ada", 1))));
    assert_eq!(bench.user(), Some(("ada", 1)));
    assert_eq!((checks(&effects), fetches(&effects), notified(&effects)), (0, 0, vec![]));
    assert_eq!(checks(&bench.dispatch(REDIRECTED)), 0, "the guard leads on: no news");
    assert_eq!(checks(&bench.dispatch(NAVIGATES)), 1);
}

#[test]
fn an_end_in_another_tab_empties_the_store_without_a_request_and_is_not_sent_on() {
    let mut bench = Bench::signed_in("ada");
    let effects = bench.dispatch(reported(TabMessage::Ended(end("ada", EndReason::SignedOut))));
    assert_eq!(bench.session(), &SessionState::Ended(EndReason::SignedOut.into()));
    assert!(matches!(&effects[..], [Effect::ShowNotice(Notice::Ended(cause))] if *cause == EndReason::SignedOut));
}

#[test]
fn a_page_that_was_loading_while_the_user_changed_is_told_by_a_tab_that_knows() {
    let (mut knows, mut opens) = (Bench::signed_in("ada"), Bench::default());
    knows.dispatch(Event::UserStreamed { user_version: 2 });
    knows.fetched(Answer::Active(user("ada", 2)));
    let opened = notified(&opens.dispatch(started(Some(InitialSession::Active(signed_in("ada", 1))))));
    let answer = notified(&knows.dispatch(reported(opened[0].clone())));
    opens.dispatch(reported(answer[0].clone()));
    assert_eq!((opened.len(), answer.len(), opens.user()), (1, 1, Some(("ada", 2))));
    assert!(knows.dispatch(reported(answer[0].clone())).is_empty());
}

#[test]
fn the_reason_of_an_end_survives_the_loss_of_the_cookie() {
    let reason = EndReason::PasswordChanged;
    // Only the stream, only an answer that is too old to be applied, or both say why.
    for (streamed, outdated) in [(reason, None), (EndReason::SignedOut, Some(reason)), (reason, Some(reason))] {
        let mut bench = Bench::signed_in("ada");
        bench.dispatch(NAVIGATES);
        let first = bench.generation;
        let effects = bench.dispatch(Event::EndStreamed(end("ada", streamed)));
        assert_eq!((notices(&effects), checks(&effects)), (0, 0), "another session may have replaced it");
        let answer = outdated.map_or_else(unavailable, ended);
        let answered = Event::Checked { generation: first, answer, sent_at_ms: 0, new_build: false };
        assert_eq!(checks(&bench.dispatch(answered)), 1, "its answer removed the cookie");
        let effects = bench.checked(ended(EndReason::SessionMissing));
        assert_eq!(bench.session(), &SessionState::Ended(reason.into()));
        assert_eq!((notices(&effects), notified(&effects)), (1, vec![TabMessage::Ended(end("ada", reason))]));
    }
}

#[test]
fn the_reason_of_an_end_is_not_that_of_the_session_that_replaced_it() {
    let mut bench = Bench::signed_in("ada");
    bench.dispatch(Event::EndStreamed(end("ada", EndReason::PasswordChanged)));
    bench.checked(active("grace", 1));
    bench.fetched(Answer::Active(user("grace", 1)));
    assert_eq!(bench.user(), Some(("grace", 1)));
    bench.dispatch(NAVIGATES);
    bench.checked(ended(EndReason::SessionMissing));
    assert_eq!(bench.session(), &SessionState::Ended(EndReason::SessionMissing.into()));
}

#[test]
fn a_tab_that_finds_no_cookie_learns_the_reason_from_the_tab_whose_answer_removed_it() {
    let mut bench = Bench::signed_in("ada");
    bench.dispatch(NAVIGATES);
    bench.checked(ended(EndReason::SessionMissing));
    let effects = bench.dispatch(reported(TabMessage::Ended(end("ada", EndReason::SessionRevoked))));
    assert_eq!(bench.session(), &SessionState::Ended(EndReason::SessionRevoked.into()));
    assert!(effects.is_empty(), "one notice has been shown");
    bench.dispatch(reported(TabMessage::Ended(end("ada", EndReason::SessionMissing))));
    bench.dispatch(reported(TabMessage::Ended(end("older", EndReason::SessionExpired))));
    assert_eq!(bench.session(), &SessionState::Ended(EndReason::SessionRevoked.into()));
}

#[test]
fn the_end_of_another_session_is_ignored() {
    let mut bench = Bench::signed_in("ada");
    assert!(bench.dispatch(reported(TabMessage::Ended(end("older", EndReason::SessionExpired)))).is_empty());
    assert!(bench.dispatch(Event::EndStreamed(end("older", EndReason::SessionExpired))).is_empty());
    assert_eq!(bench.user(), Some(("ada", 1)));
}

#[test]
fn a_late_message_does_not_reactivate_an_ended_session() {
    let mut bench = Bench::signed_in("ada");
    bench.dispatch(Event::EndStreamed(end("ada", EndReason::SessionRevoked)));
    bench.dispatch(reported(TabMessage::Active(signed_in("ada", 2))));
    assert_eq!(bench.user(), None);
}

#[test]
fn a_message_that_brings_nothing_new_has_no_effect() {
    let mut bench = Bench::signed_in("ada");
    assert!(bench.dispatch(reported(TabMessage::Active(signed_in("ada", 1)))).is_empty());
    bench.dispatch(reported(TabMessage::Active(signed_in("ada", 3))));
    bench.dispatch(reported(TabMessage::Active(signed_in("ada", 2))));
    assert_eq!(bench.user(), Some(("ada", 3)));
}

#[test]
fn a_tab_notifies_the_others_once_of_what_the_server_told_it() {
    let mut bench = anonymous();
    bench.dispatch(Event::SignInRequested(login()));
    let effects =
        bench.dispatch(Event::SignInAnswered { answer: SignInAnswer::Done(signed_in("ada", 1)), sent_at_ms: 0 });
    assert_eq!(notified(&effects), [TabMessage::Active(signed_in("ada", 1))]);

    bench.dispatch(NAVIGATES);
    assert_eq!(notified(&bench.checked(active("ada", 1))), []);
    bench.dispatch(NAVIGATES);
    bench.checked(active("ada", 2));
    assert_eq!(notified(&bench.fetched(Answer::Active(user("ada", 2)))), [TabMessage::Active(signed_in("ada", 2))]);

    let pending = PendingSignOut { session: SessionId("ada".into()), maybe_replaced: false };
    assert_eq!(notified(&bench.dispatch(Event::SignOutRequested)), [TabMessage::SignOutPending(pending)]);
    let effects = bench.dispatch(Event::SignOutAnswered(SignOutAnswer::Done));
    assert_eq!(notified(&effects), [TabMessage::SignOutDone(SessionId("ada".into()))]);
}

#[test]
fn a_message_carries_the_time_that_is_left_now() {
    let mut bench = Bench::signed_in("ada");
    bench.now_ms = 100_000;
    bench.dispatch(Event::UserStreamed { user_version: 2 });
    let effects = bench.fetched(Answer::Active(user("ada", 2)));
    let SignedIn { user, session: whole, .. } = signed_in("ada", 2);
    let session = with(whole, |it| it.expires_in_s = LIFETIME_S - 100);
    assert_eq!(notified(&effects), [TabMessage::Active(SignedIn::new(user, session))]);
}

#[test]
fn an_end_on_the_stream_is_shown_at_once_and_a_check_removes_the_cookie() {
    let mut bench = Bench::signed_in("ada");
    let gone = end("ada", EndReason::SessionRevoked);
    let effects = bench.dispatch(Event::EndStreamed(gone.clone()));
    assert_eq!(bench.session(), &SessionState::Ended(EndReason::SessionRevoked.into()));
    assert_eq!((notices(&effects), checks(&effects), notified(&effects)), (1, 1, vec![TabMessage::Ended(gone)]));
    let effects = bench.checked(ended(EndReason::SessionRevoked));
    assert_eq!((notices(&effects), notified(&effects)), (0, vec![]));
}

#[test]
fn a_changed_user_on_the_stream_is_fetched_once() {
    let mut bench = Bench::signed_in("ada");
    assert_eq!(fetches(&bench.dispatch(Event::UserStreamed { user_version: 1 })), 0);
    assert_eq!(fetches(&bench.dispatch(Event::UserStreamed { user_version: 2 })), 1);
    assert_eq!(fetches(&bench.dispatch(Event::UserStreamed { user_version: 2 })), 0);
}
