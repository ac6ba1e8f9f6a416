//! The app in a real browser, with a fake server. All tests share one document, and each leaves it
//! as it found it.

#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod app;

mod account;
mod attempts;
mod ends;
mod guard;
mod previous_user;
mod reauth;
mod routes;
mod sessions;
mod set_password;
mod shared_computer;
mod sign_in_form;
mod stream;
mod tabs;
mod time_passes;
mod toast_over_dialog;
mod too_many_attempts;
mod unavailable;
mod unsaved;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
