//! The app under test.

use latchkey_frontend::app::{App, AppProps};
use latchkey_shared::InitialSession;
use latchkey_test_kit::{Page, settle};
use latchkey_yew::SessionConfig;

fn props(initial: Option<InitialSession>) -> AppProps {
    AppProps { config: SessionConfig::default().with_initial_session(initial) }
}

/// Opens it at an address, on a page with this embedded session.
pub async fn open(address: &str, initial: Option<InitialSession>) -> Page {
    Page::open::<App>(address, props(initial)).await
}

/// Loads the page again, whose history entry stays.
pub async fn reload(initial: Option<InitialSession>) -> Page {
    let page = Page::mount::<App>(props(initial));
    settle().await;
    page
}

/// Opens it, without waiting for anything.
pub fn start(address: &str, initial: Option<InitialSession>) -> Page {
    Page::start::<App>(address, props(initial))
}
