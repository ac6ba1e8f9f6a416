#![doc = include_str!("../README.md")]

pub mod components;
pub mod styles;

pub mod testing;
pub mod toast;
pub mod view;

mod config;
mod hooks;
mod route;
mod texts;

mod core;
mod end_cause;
mod sign_in_query;
mod stored;

mod runtime;

pub mod browser;

pub use components::{GuardedSwitch, SessionProvider, SessionUi, SignInForm, SignedIn, SignedOut, use_sign_in_notice};
pub use config::SessionConfig;
pub use end_cause::EndCause;
pub use hooks::{SignInHandle, SignOutHandle, use_api, use_session, use_sign_in, use_sign_out, use_texts, use_user};
pub use latchkey_shared::{Access, EndReason, ErrorCode, Login, Problem, Session, User};
pub use route::SessionRoute;
pub use runtime::api::{ApiError, ApiResponse};
pub use runtime::{ApiClient, ApiRequest};
pub use texts::{Message, Texts};
pub use toast::{Toaster, use_toasts};
pub use view::{SessionState, SessionView};

/// Items for the library's own tests. Not part of the public API.
#[doc(hidden)]
pub mod internals {
    pub use crate::browser::*;
    pub use crate::core::pending_sign_out::PendingSignOut;
    pub use crate::core::tab_message::{SessionEnd, TabMessage};
    pub use crate::runtime::api::session::{logout, me};
    pub use crate::runtime::initial_session;
}

#[cfg(test)]
mod tests {
    const EXAMPLE: &str = include_str!("../examples/minimal.rs");

    #[test]
    fn the_readme_shows_the_example_that_is_compiled() {
        let (_, code) = EXAMPLE.split_once("use latchkey_yew").unwrap();
        assert!(include_str!("../README.md").contains(&format!("```rust,no_run\nuse latchkey_yew{code}```")));
    }
}
