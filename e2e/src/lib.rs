//! Latchkey as people meet it: the real server, the real bundle of the single-page app, a real browser. This crate is the
//! stage, `tests/stories` are the stories that are played on it. `cargo xtask test e2e` builds what they need and runs them.
//!
//! Most are about Latchkey's own app, some about `examples/notes`; `app` says what is different.
//!
//! `stage` puts it all together for one story: a `server` with a database of its own, a `browser` with a profile of its own,
//! and between the two a `proxy`, which sees every request, and can hold answers back or cut the line. `api` talks to the
//! server behind the browser's back, `snapshot` is what a person sees, `wait` is how everything here waits.

mod stage;

mod app;

mod api;
mod browser;
mod proxy;
mod server;

mod driver;
mod program;
mod snapshot;
mod wait;

pub use api::Device;
pub use app::App;
pub use browser::{Browser, Role, Tab};
pub use fantoccini::key::Key;
pub use proxy::{CannedAnswer, Proxy};
pub use server::Server;
pub use snapshot::Snapshot;
pub use stage::{EMAIL, EVENTS, NAME, OTHER_EMAIL, OTHER_NAME, PASSWORD, Stage, VERIFY, story, story_of, story_with};
pub use wait::eventually;
