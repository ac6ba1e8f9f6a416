//! What the server wrote into the page.

use latchkey_shared::api::INITIAL_SESSION_ELEMENT;
use latchkey_shared::{EndReason, InitialSession};
use latchkey_yew::internals::initial_session;
use wasm_bindgen_test::wasm_bindgen_test;

use latchkey_test_kit::wire::{embedded, embedded_end};

/// What is read from a page into which this text was written.
fn read(text: &str) -> Option<InitialSession> {
    let document = web_sys::window().unwrap().document().unwrap();
    let script = document.create_element("script").unwrap();
    script.set_attribute("type", "application/json").unwrap();
    script.set_id(INITIAL_SESSION_ELEMENT);
    script.set_text_content(Some(text));
    document.body().unwrap().append_child(&script).unwrap();
    let read = initial_session();
    script.remove();
    read
}

#[wasm_bindgen_test]
fn both_forms_are_read_as_the_server_writes_them() {
    for initial in [embedded(), embedded_end(EndReason::SessionIdle)] {
        assert_eq!(read(&serde_json::to_string(&initial).unwrap()), initial);
    }
}

#[wasm_bindgen_test]
fn anything_else_is_as_good_as_nothing() {
    for text in ["", "null", "{}", "<!-- -->", r#"{"reason":"unheard-of"}"#] {
        assert_eq!(read(text), None, "{text:?}");
    }
    assert_eq!(initial_session(), None);
}
