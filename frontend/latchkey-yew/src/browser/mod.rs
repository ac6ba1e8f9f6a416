//! The browser, as the rest of the app sees it. No other room touches web-sys, timers or JavaScript.

pub mod dom;

mod body;
mod channel;
mod clock;
mod document;
mod event_stream;
mod fetch;
mod json;
mod listener;
mod locks;
mod names;
mod notify;
mod promise;
mod query;
mod signals;
mod sleep;
pub mod storage;
mod ticking;
mod timer;
mod touched_fields;
mod turn;
mod watch;

pub use body::Body;
pub use channel::Channel;
pub use clock::{date_ms, now_ms, page_received_ms, time_of_day};
pub use document::{dialog_is_open, element_text, page_build, reload, remove_element, root_element};
pub use event_stream::{EventStream, Streamed};
pub use fetch::{NoAnswer, Request, Response, fetch, within};
pub use json::{Json, JsonMismatch, from_json, to_json};
pub use listener::Listener;
pub use locks::{Lock, Mode, acquire_leadership, hold_sign_ins, lock, lock_for_sign_in};
pub use names::{name, set_prefix};
pub use notify::Notify;
pub use query::{query_string, query_value, with_query};
pub use signals::{PageFocus, Signal, escape_key, look_signals, page_focus, signals};
pub use sleep::{SleepWatch, watch_sleep};
pub use ticking::{minutes_and_seconds, use_clock, use_countdown};
pub use timer::Timer;
pub use touched_fields::{TouchedFields, ask_before_unload};
pub use watch::app_started;
