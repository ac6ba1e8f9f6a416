//! The app under test.

use latchkey_frontend::app::{App, AppProps};
use latchkey_shared::InitialSession;
use latchkey_test_kit::Page;

/// Opens it at an address, on a page into which the server wrote `initial`.
pub async fn open(address: &str, initial: Option<InitialSession>) -> Page {
    Page::open::<App>(address, AppProps { initial, received_at_ms: None }).await
}

/// The same, before anything has happened.
pub fn start(address: &str, initial: Option<InitialSession>) -> Page {
    Page::start::<App>(address, AppProps { initial, received_at_ms: None })
}
