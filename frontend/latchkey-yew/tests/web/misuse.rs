//! What is wrong with an app is said in its console.

use latchkey_test_kit::wire::{VERIFY, embedded, verified};
use latchkey_test_kit::{Page, Server};
use latchkey_yew::SessionConfig;
use wasm_bindgen_test::wasm_bindgen_test;
use yew::AttrValue;

use crate::app::{App, AppProps, UnguardedApp};

fn run(script: &str) -> String {
    js_sys::eval(script).unwrap().as_string().unwrap_or_default()
}

fn props(base: Option<&'static str>) -> AppProps {
    let config = SessionConfig::default().with_initial_session(embedded());
    AppProps { config, base: base.map(AttrValue::Static) }
}

#[wasm_bindgen_test]
async fn a_page_that_needs_a_guard_and_has_none_is_an_error_in_the_console() {
    let server = Server::start();
    server.replies(VERIFY, verified(600, 1));
    run("globalThis.said = []; globalThis.error = console.error; console.error = (text) => said.push(text); ''");
    let said = || run("said.splice(0).join('\\n')");
    let page = Page::open::<UnguardedApp>("/", props(None)).await;
    assert_eq!(said(), "", "everybody may see this page");
    page.click("Notes").await;
    assert_eq!(said().matches("put it in the place of yew-router's <Switch>").count(), 1);
    drop(page);
    let page = Page::open::<UnguardedApp>("/app/notes/7", props(Some("/app"))).await;
    assert!(said().contains("no <GuardedSwitch>"));
    drop(page);
    let page = Page::open::<App>("/notes/7", props(None)).await;
    page.click("Start").await;
    page.click("Notes").await;
    assert_eq!(said(), "", "this app has one");
    run("console.error = globalThis.error; ''");
}
