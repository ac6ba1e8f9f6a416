//! The server's event stream: opened with a delay, by one tab, while a user is signed in; losing it does no harm.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use gloo_timers::future::sleep;
use latchkey_shared::EndReason;
use latchkey_yew::internals::{Channel, TabMessage, acquire_leadership};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Event, window};

use crate::app::open;
use latchkey_test_kit::page::address;
use latchkey_test_kit::streams::Streams;
use latchkey_test_kit::tab::Tab;
use latchkey_test_kit::web_locks::WithoutWebLocks;
use latchkey_test_kit::wire::{ME, Reply, VERIFY, ada, embedded, embedded_end, ended, verified};
use latchkey_test_kit::{Server, settle};

/// Until a patient tab has opened its stream.
async fn patience() {
    sleep(Duration::from_millis(2_500)).await;
    settle().await;
}

#[wasm_bindgen_test]
async fn an_end_on_the_stream_is_shown_at_once_and_sent_to_the_other_tabs() {
    let (server, streams) = (Server::start(), Streams::start());
    server.replies(VERIFY, ended(EndReason::SessionRevoked));
    let (page, tab) = (open("/dashboard", embedded()).await, Tab::open());
    assert_eq!(streams.counts(), (0, 0));
    patience().await;
    assert_eq!((streams.counts(), server.requests().len()), ((1, 1), 0));
    streams.brings("ended", r#"{"code":"session-revoked"}"#);
    settle().await;
    assert_eq!((address().as_str(), page.count(".lk-toast")), ("/auth?next=%2Fdashboard&reason=session-revoked", 1));
    assert!(matches!(&tab.received()[..], [TabMessage::Ended(end)] if end.cause == EndReason::SessionRevoked));
    assert_eq!((streams.counts(), server.count(VERIFY)), ((1, 0), 1));
}

#[wasm_bindgen_test]
async fn a_changed_user_on_the_stream_is_fetched_once_for_all_tabs() {
    let (server, streams) = (Server::start(), Streams::start());
    let mut renamed = ada(2);
    renamed.name = "Ada King".into();
    server.replies(ME, Reply::json(&renamed));
    let (page, tab) = (open("/dashboard", embedded()).await, Tab::open());
    patience().await;
    // A stream begins with the version, which is news only if it has changed since the page was sent.
    streams.brings("user-changed", r#"{"user_version":1}"#);
    settle().await;
    assert_eq!((server.requests().len(), tab.received().len()), (0, 0));
    streams.brings("user-changed", r#"{"user_version":2}"#);
    settle().await;
    assert!(page.text().contains("Ada King"));
    assert_eq!((server.count(ME), server.count(VERIFY), tab.received().len()), (1, 0, 1));
}

#[wasm_bindgen_test]
async fn while_another_tab_reads_the_stream_this_one_waits() {
    let (_server, streams) = (Server::start(), Streams::start());
    let leader = acquire_leadership().await;
    let _page = open("/dashboard", embedded()).await;
    patience().await;
    assert_eq!(streams.counts(), (0, 0));
    drop(leader);
    settle().await;
    assert_eq!(streams.counts(), (1, 1));
}

/// As on plain http.
#[wasm_bindgen_test]
async fn without_web_locks_the_tab_that_was_shown_last_reads_the_stream() {
    let _without = WithoutWebLocks::begin();
    let (server, streams) = (Server::start(), Streams::start());
    server.replies(VERIFY, verified(600, 1));
    let claims = Rc::<Cell<u32>>::default();
    let counting = Rc::clone(&claims);
    let other_tab =
        Channel::open("latchkey-session", move |text| counting.set(counting.get() + u32::from(text.is_empty())))
            .unwrap();
    let _page = open("/dashboard", embedded()).await;
    patience().await;
    assert_eq!((streams.counts(), claims.get()), ((1, 1), 1));
    streams.dispatches("error");
    other_tab.post("");
    patience().await;
    assert_eq!(streams.counts(), (1, 0), "it neither reads nor reconnects");
    window().unwrap().dispatch_event(&Event::new("focus").unwrap()).unwrap();
    settle().await;
    assert_eq!((streams.counts(), claims.get()), ((2, 1), 2));
}

#[wasm_bindgen_test]
async fn a_lost_stream_causes_one_check_and_is_opened_again() {
    let (server, streams) = (Server::start(), Streams::start());
    server.replies(VERIFY, verified(600, 1));
    let page = open("/dashboard", embedded()).await;
    patience().await;
    streams.dispatches("open");
    streams.dispatches("error");
    settle().await;
    assert_eq!((streams.counts(), server.count(VERIFY)), ((1, 0), 1));
    patience().await;
    streams.dispatches("open");
    settle().await;
    assert_eq!((streams.counts(), server.count(VERIFY)), ((2, 1), 2));
    assert!(page.text().contains("Ada Lovelace"));
}

#[wasm_bindgen_test]
async fn without_a_session_there_is_no_stream() {
    let (_server, streams) = (Server::start(), Streams::start());
    let _page = open("/", embedded_end(EndReason::SessionMissing)).await;
    patience().await;
    assert_eq!(streams.counts(), (0, 0));
}
