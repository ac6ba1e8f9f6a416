//! Bindings to the browser. No other module uses web-sys, timers or JavaScript.

pub mod dom;

mod body;
mod channel;
mod clock;
mod clock_hooks;
#[cfg(debug_assertions)]
mod console;
mod deferred;
mod document;
mod event_stream;
mod fetch;
mod frame;
mod json;
mod listener;
mod lock_queue;
mod locks;
mod names;
mod notify;
mod page_left;
mod page_watch;
mod query;
mod signals;
mod sleep;
pub mod storage;
mod timer;
mod touched_fields;

pub use body::Body;
pub use channel::Channel;
pub use clock::{now_ms, page_received_ms, time_of_day, wall_clock_ms};
pub use clock_hooks::{minutes_and_seconds, use_clock, use_countdown};
#[cfg(debug_assertions)]
pub use console::console_error;
pub use document::{dialog_is_open, element_text, leave_for, page_meta, reload, remove_element, root_element};
pub use event_stream::{EventStream, StreamEvent};
pub use fetch::{FetchError, Request, Response, fetch, with_timeout};
pub use frame::next_frame;
pub use json::{Json, JsonMismatch, from_json, to_json};
pub use listener::Listener;
pub use locks::{Lock, LockMode, acquire_leadership, delay_sign_ins, lock, lock_for_sign_in, web_locks_exist};
pub use names::{prefixed, set_prefix};
pub use notify::Notify;
pub use page_watch::{app_is_whole, app_started};
pub use query::{query_string, query_value, with_query};
pub use signals::{PageFocus, Signal, escape_key, page_focus, signals, visibility_signals};
pub use sleep::{SleepWatch, watch_sleep};
pub use timer::Timer;
pub use touched_fields::{TouchedFields, ask_before_unload};
