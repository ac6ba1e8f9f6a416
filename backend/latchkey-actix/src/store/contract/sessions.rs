//! Sessions: inserted once, changed only while active, kept with their end reason until they are swept.

use latchkey_shared::EndReason;

use super::*;
use crate::store::{SessionRecord, SessionSelector};

pub async fn check_all(store: &dyn Store) {
    a_session_is_read_as_it_was_inserted(store).await;
    the_choice_to_be_remembered_is_stored(store).await;
    a_token_hash_or_an_id_is_unique(store).await;
    the_first_end_is_kept_and_nothing_brings_a_session_back(store).await;
    only_selected_sessions_end(store).await;
    a_session_replaces_another(store).await;
    the_least_recently_used_beyond_the_limit_end(store).await;
    the_new_session_is_never_ended_by_the_limit(store).await;
    a_replaced_session_does_not_count_against_the_limit(store).await;
    only_active_sessions_are_listed_newest_first(store).await;
    old_ended_sessions_are_swept_in_batches(store).await;
}

async fn ended(store: &dyn Store, token: &TokenHash) -> Option<EndReason> {
    store.session(token).await.unwrap().unwrap().ended
}

async fn a_session_is_read_as_it_was_inserted(store: &dyn Store) {
    add(store, "fay").await;
    begin(store, "fay", 10).await;
    let expected = SessionRecord {
        id: SessionId("session 10".into()),
        user: account("fay").user,
        created_at: now(),
        expires_at: now() + 1.hour(),
        last_seen_at: now(),
        ip: Some("192.0.2.1".into()),
        user_agent: Some("a browser".into()),
        remembered: true,
        ended: None,
    };
    assert_eq!(store.session(&token(10)).await.unwrap(), Some(expected));
    assert_eq!(store.session(&token(255)).await.unwrap(), None);
}

async fn the_choice_to_be_remembered_is_stored(store: &dyn Store) {
    let unremembered = NewSession { remembered: false, ..session("fay", 13) };
    insert(store, &unremembered, "hash of fay", 50).await.unwrap();
    store.extend_session(&token(13), now() + 2.hours(), now().into()).await.unwrap();
    assert!(!store.session(&token(13)).await.unwrap().unwrap().remembered);
}

async fn a_token_hash_or_an_id_is_unique(store: &dyn Store) {
    let same_handle = NewSession { token_hash: token(11), ..session("fay", 10) };
    let same_token = NewSession { id: SessionId("another".into()), ..session("fay", 10) };
    for session in [same_handle, same_token] {
        assert!(insert(store, &session, "hash of fay", 50).await.is_err());
    }
}

async fn the_first_end_is_kept_and_nothing_brings_a_session_back(store: &dyn Store) {
    let token = begin(store, "fay", 12).await;
    let event = audit(now());
    let end = |reason| store.end_sessions(SessionSelector::Token(&token), reason, now().into(), &event);
    assert_eq!(end(EndReason::SessionRevoked).await.unwrap(), [token]);
    assert_eq!(end(EndReason::SignedOut).await.unwrap(), []);
    store.touch_sessions(&[(token, now() + 1.minute())]).await.unwrap();
    assert!(!store.extend_session(&token, now() + 2.hours(), now().into()).await.unwrap());
    assert!(insert(store, &session("fay", 12), "hash of fay", 50).await.is_err());
    let record = store.session(&token).await.unwrap().unwrap();
    assert_eq!((record.ended, record.last_seen_at), (Some(EndReason::SessionRevoked), now()));
}

async fn only_selected_sessions_end(store: &dyn Store) {
    let (gil, hal) = (add(store, "gil").await, add(store, "hal").await);
    let (a, b, c) = (begin(store, "gil", 20).await, begin(store, "gil", 21).await, begin(store, "gil", 22).await);
    let other = begin(store, "hal", 23).await;
    let [id_a, id_c, id_other] = [20, 22, 23].map(|byte| SessionId(format!("session {byte}")));
    let event = audit(now());
    let end = |which| store.end_sessions(which, EndReason::SessionRevoked, now().into(), &event);
    let not_hers = SessionSelector::Id { id: &id_other, user: Some(&gil) };
    assert_eq!(end(not_hers).await.unwrap(), []);
    let hers = SessionSelector::Id { id: &id_a, user: Some(&gil) };
    assert_eq!(end(hers).await.unwrap(), [a]);
    let others = SessionSelector::AllBut { id: &id_c, user: &gil };
    assert_eq!(end(others).await.unwrap(), [b]);
    assert_eq!(end(SessionSelector::All(&gil)).await.unwrap(), [c]);
    assert_eq!(ended(store, &other).await, None);
    assert_eq!(end(SessionSelector::id(&id_other)).await.unwrap(), [other]);
    assert_eq!(end(SessionSelector::All(&hal)).await.unwrap(), []);
}

async fn a_session_replaces_another(store: &dyn Store) {
    let old = begin(store, "gil", 24).await;
    let next = NewSession { replaces: Some(old), ..session("gil", 25) };
    assert_eq!(insert(store, &next, "hash of gil", 50).await.unwrap(), InsertSessionOutcome::Inserted(vec![old]));
    assert_eq!((ended(store, &old).await, ended(store, &token(25)).await), (Some(EndReason::SignedOut), None));
}

async fn the_least_recently_used_beyond_the_limit_end(store: &dyn Store) {
    add(store, "ida").await;
    for byte in [30, 31] {
        let next = NewSession { created_at: now() + i64::from(byte).seconds(), ..session("ida", byte) };
        assert_eq!(insert(store, &next, "hash of ida", 2).await.unwrap(), InsertSessionOutcome::Inserted(Vec::new()));
    }
    store.touch_sessions(&[(token(30), now() + 5.minutes())]).await.unwrap();
    let next = NewSession { created_at: now() + 6.minutes(), ..session("ida", 32) };
    assert_eq!(insert(store, &next, "hash of ida", 2).await.unwrap(), InsertSessionOutcome::Inserted(vec![token(31)]));
    assert_eq!(ended(store, &token(31)).await, Some(EndReason::SessionRevoked));
    assert_eq!(ended(store, &token(30)).await, None);
}

async fn the_new_session_is_never_ended_by_the_limit(store: &dyn Store) {
    let before = NewSession { created_at: now() - 1.hour(), ..session("ida", 33) };
    let InsertSessionOutcome::Inserted(mut others) = insert(store, &before, "hash of ida", 1).await.unwrap() else {
        panic!("refused")
    };
    others.sort_by_key(|token| token.0);
    assert_eq!(others, [token(30), token(32)], "the clock was set back an hour");
    assert_eq!(ended(store, &token(33)).await, None);
}

async fn a_replaced_session_does_not_count_against_the_limit(store: &dyn Store) {
    let jim = add(store, "jim").await;
    let (first, second) = (begin(store, "jim", 34).await, begin(store, "jim", 35).await);
    let next = NewSession { replaces: Some(second), ..session("jim", 36) };
    assert_eq!(insert(store, &next, "hash of jim", 2).await.unwrap(), InsertSessionOutcome::Inserted(vec![second]));
    assert_eq!((ended(store, &first).await, ended(store, &second).await), (None, Some(EndReason::SignedOut)));
    assert_eq!(store.sessions(Some(&jim), now().into()).await.unwrap().len(), 2);
}

async fn only_active_sessions_are_listed_newest_first(store: &dyn Store) {
    let kim = add(store, "kim").await;
    let later = NewSession { created_at: now() + 1.minute(), ..session("kim", 50) };
    insert(store, &later, "hash of kim", 50).await.unwrap();
    let short = NewSession { expires_at: now() + 1.second(), ..session("kim", 51) };
    insert(store, &short, "hash of kim", 50).await.unwrap();
    begin(store, "kim", 52).await;
    let gone = begin(store, "kim", 53).await;
    store.end_sessions(SessionSelector::Token(&gone), EndReason::SignedOut, now().into(), &audit(now())).await.unwrap();
    let limits = (now() + 2.seconds()).into();
    let listed = store.sessions(Some(&kim), limits).await.unwrap();
    assert_eq!(listed.iter().map(|s| s.id.0.as_str()).collect::<Vec<_>>(), ["session 50", "session 52"]);
    let everybodys = store.sessions(None, limits).await.unwrap().len();
    assert!(everybodys > listed.len());
    assert_eq!(store.count_sessions(limits).await.unwrap(), everybodys as u64);
    let found = store.session_with_id(&SessionId("session 53".into())).await.unwrap().unwrap();
    assert_eq!((found.user.id, found.ended), (kim, Some(EndReason::SignedOut)));
    assert_eq!(store.session_with_id(&SessionId("unknown".into())).await.unwrap(), None);
}

async fn old_ended_sessions_are_swept_in_batches(store: &dyn Store) {
    add(store, "lou").await;
    let long_ago = now() - 900.hours();
    for byte in 60..63 {
        let old = NewSession { created_at: long_ago, expires_at: long_ago + 1.hour(), ..session("lou", byte) };
        insert(store, &old, "hash of lou", 50).await.unwrap();
    }
    store
        .end_sessions(SessionSelector::Token(&token(60)), EndReason::SignedOut, long_ago.into(), &audit(long_ago))
        .await
        .unwrap();
    let sweep = |limit| store.sweep_sessions(now() - 800.hours(), limit);
    assert_eq!(sweep(9).await.unwrap(), 1, "active sessions are not swept");
    assert_eq!(store.end_all_overdue((now() - 800.hours()).into(), 9).await.unwrap(), 2);
    let swept = (sweep(1).await.unwrap(), sweep(1).await.unwrap(), sweep(1).await.unwrap());
    assert_eq!(swept, (1, 1, 0), "an end by time counts from the deadline, not from when it was written");
    assert_eq!(store.session(&token(60)).await.unwrap(), None);
    assert_eq!(ended(store, &token(12)).await, Some(EndReason::SessionRevoked), "sessions that ended later stay");
}
