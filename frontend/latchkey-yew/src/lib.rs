//! Session handling for Yew single-page apps.
//!
//! `hooks` and `components` are what an app uses, `view` is what it reads. Behind them `core` decides, purely; `runtime` performs what it
//! decides and is the only writer of the session's store; `toast` shows short messages; `browser` is the only module that touches web-sys,
//! gloo and JavaScript.

pub mod components;
pub mod hooks;
pub mod runtime;
pub mod sign_in_query;
pub mod toast;
pub mod view;

pub mod core;
pub mod end_cause;

pub mod browser;

pub use components::{ExpiryWarning, Guard, Progress, ReauthDialog, SignInForm};
pub use end_cause::EndCause;
pub use hooks::{SignInHandle, SignOutHandle, use_api, use_session, use_sign_in, use_sign_out, use_user};
pub use runtime::{ApiClient, SessionManager, UNCONFIRMED, initial_session, use_session_manager};
pub use sign_in_query::{AuthQuery, use_auth_query};
pub use view::{
    ActiveSession, Deadline, Reachability, Reauth, ReauthPurpose, SessionState, SessionView, SignIn, StayRequest,
};

#[cfg(test)]
mod tests {
    #[test]
    fn the_readme_shows_the_example_that_is_compiled() {
        let (readme, example) = (include_str!("../../../README.md"), include_str!("../examples/minimal.rs"));
        let (_, code) = example.split_once("use latchkey_yew").unwrap();
        assert!(readme.contains(&format!("```rust\nuse latchkey_yew{code}```")));
    }
}
