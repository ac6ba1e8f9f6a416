//! The harness of the end-to-end tests: it runs the release server, the built single-page app and a headless browser.
//! The tests are in `tests/stories`; each test is called a story. `cargo xtask test e2e` builds what they need and runs them.
//!
//! Most stories test Latchkey's own app, some test `examples/notes`; `app` holds the differences.
//!
//! A `Stage` is the environment of one story: a `server` with its own database, a `browser` with its own profile, and
//! between the two a `proxy`, which logs every request and can delay answers or cut the connection. `api` calls the server
//! without the browser, `snapshot` is what the page shows at one instant, `wait` polls for conditions.

mod stage;

mod app;

mod api;
mod browser;
mod proxy;
mod server;

mod balancer;
mod data;
mod other_build;

mod driver;
mod engine;
mod program;
mod relay;
mod snapshot;
mod wait;

pub use api::Device;
pub use app::App;
pub use browser::{Browser, Role, Tab};
pub use fantoccini::key::Key;
pub use proxy::{CannedAnswer, Proxy};
pub use server::Server;
pub use snapshot::Snapshot;
pub use stage::{
    EMAIL, EVENTS, NAME, OTHER_EMAIL, OTHER_NAME, PASSWORD, Stage, VERIFY, story, story_of, story_of_roll_out,
    story_with, story_with_style_sheet, story_without,
};
pub use wait::{Stopwatch, eventually};
