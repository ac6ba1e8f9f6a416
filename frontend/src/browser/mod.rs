//! The browser, as the rest of the app sees it. No other room touches web-sys, timers or JavaScript.

pub mod dates;
pub mod dom;

mod clock;
mod fetch;
mod listener;
mod locks;
mod page;
mod signals;
mod timer;

pub use clock::now_ms;
pub use fetch::{NoAnswer, Request, Response, fetch};
pub use listener::Listener;
pub use locks::{Lock, Mode, lock};
pub use page::{dialog_is_open, element_text, root_element};
pub use signals::{Signal, escape_key, signals};
pub use timer::Timer;
