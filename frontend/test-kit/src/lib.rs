//! Support for component tests: a page to inspect and click in, a fake server, fake event streams, and
//! another tab of the same browser.

#![cfg(target_arch = "wasm32")]
#![expect(missing_docs, reason = "the names say it, and only tests read them")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

pub mod page;
pub mod server;
pub mod streams;
pub mod tab;
pub mod web_locks;
pub mod wire;

pub use page::{Page, settle};
pub use server::Server;
