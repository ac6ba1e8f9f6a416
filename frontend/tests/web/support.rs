//! What the tests stand on: a page to look at and to click in, and a server that answers as it is told.

pub mod page;
pub mod server;
pub mod stream;
pub mod tab;
pub mod wire;

pub use page::{Page, settle};
pub use server::Server;
