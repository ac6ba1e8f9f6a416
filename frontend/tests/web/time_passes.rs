//! Times that pages show stay correct without any interaction.

use std::time::Duration;

use gloo_timers::future::sleep;
use js_sys::{Date, Function};
use latchkey_shared::{InitialSession, Timestamp};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::app::open;
use latchkey_test_kit::page::window_event;
use latchkey_test_kit::wire::{Reply, SESSIONS, VERIFY, device, embedded, signed_in, verified};
use latchkey_test_kit::{Server, settle};

/// Moves the browser's date; it is set right when this is dropped.
struct MovedClock;

impl MovedClock {
    fn by_hours(hours: u32) -> Self {
        let script = format!("Date.realNow = Date.now; Date.now = () => Date.realNow() + {hours} * 3600000;");
        Function::new_no_args(&script).call0(&JsValue::NULL).unwrap();
        Self
    }
}

impl Drop for MovedClock {
    fn drop(&mut self) {
        Function::new_no_args("Date.now = Date.realNow;").call0(&JsValue::NULL).unwrap();
    }
}

/// A page for a session of a week, with so much left of an idle limit of so much.
fn lasting(idle_s: Option<(u64, u64)>) -> Option<InitialSession> {
    let mut signed_in = signed_in();
    signed_in.session.expires_in_s = 604_800;
    signed_in.session.idle_expires_in_s = idle_s.map(|(remaining_s, _)| remaining_s);
    signed_in.session.idle_timeout_s = idle_s.map(|(_, timeout_s)| timeout_s);
    Some(InitialSession::Active(signed_in))
}

#[wasm_bindgen_test]
async fn the_remaining_lifetime_is_correct_after_an_hour() {
    let server = Server::start();
    server.replies(VERIFY, verified(601_200, 1));
    let page = open("/dashboard", lasting(None)).await;
    assert!(page.text().contains("7 days left of 7 days"), "{}", page.text());
    let clock = MovedClock::by_hours(1);
    window_event("focus").await;
    let text = page.text();
    drop(clock);
    assert!(text.contains("6 days and 23 hours left of 7 days"), "{text}");
}

#[wasm_bindgen_test]
async fn near_the_end_every_second_is_shown_without_any_event() {
    let _server = Server::start();
    let mut short = signed_in();
    short.session.expires_in_s = 100;
    let page = open("/dashboard", Some(InitialSession::Active(short))).await;
    let left = || page.find(".lifetime p").unwrap().text_content().unwrap();
    let before = left();
    sleep(Duration::from_millis(2_100)).await;
    settle().await;
    assert!(before.contains(" seconds left") && left().contains(" seconds left") && before != left(), "{before}");
}

#[wasm_bindgen_test]
async fn the_idle_limit_is_shown_whole_and_not_what_was_left_when_the_page_was_loaded() {
    let _server = Server::start();
    let page = open("/dashboard", lasting(Some((700, 1_800)))).await;
    assert!(page.text().contains("After 30 minutes without activity"), "{}", page.text());
}

#[wasm_bindgen_test]
async fn the_last_use_of_a_device_stays_correct_and_the_current_one_is_in_use_now() {
    let server = Server::start();
    server.replies(VERIFY, verified(600, 1));
    let now: String = Date::new_0().to_iso_string().into();
    let seen = |id| {
        let mut device = device(id, "curl/8");
        device.last_seen_at = Timestamp(now.clone());
        device
    };
    server.replies(SESSIONS, Reply::json(&[seen("s1"), seen("s2")]));
    let page = open("/sessions", embedded()).await;
    let line = |index| page.find(&format!(".device:nth-child({index}) p")).unwrap().text_content().unwrap();
    assert!(line(1).starts_with("Last seen now") && line(2).starts_with("Last seen now"), "{}", line(2));
    let clock = MovedClock::by_hours(2);
    window_event("focus").await;
    let (here, elsewhere) = (line(1), line(2));
    drop(clock);
    assert!(here.starts_with("Last seen now") && elsewhere.starts_with("Last seen 2 hours ago"), "{here} {elsewhere}");
}

#[wasm_bindgen_test]
async fn a_date_is_in_the_language_of_the_page_and_in_the_users_time_zone() {
    let _server = Server::start();
    let mut signed_in = signed_in();
    let local = Date::new_with_year_month_day_hr_min(2026, 2, 5, 9, 7);
    signed_in.session.created_at = Timestamp(local.to_iso_string().into());
    signed_in.session.expires_at = Timestamp("no date".into());
    let page = open("/dashboard", Some(InitialSession::Active(signed_in))).await;
    let date = |fact| page.find(&format!(".facts div:nth-child({fact}) time")).unwrap().text_content();
    assert_eq!((date(1).as_deref(), date(2).as_deref()), (Some("5 March 2026, 09:07"), Some("no date")));
}
