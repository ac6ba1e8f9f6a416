//! The library in a real browser, against a server that the tests make up. All tests share one document, and each leaves it
//! as it found it.

#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod app;
mod client;

mod another_app;
mod answers;
mod in_session;
mod initial;
mod locks;
mod messages;
mod misuse;
mod requests;
mod styles;
mod toaster;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
