//! Who is signed in: known once, checked on every route, told when it ends.
//!
//! `state` is what components see; `machine` decides, purely; `manager` carries browser signals to it and its effects out;
//! `guard` keeps pages to those who may see them; `hooks` are what pages use.

mod guard;
mod hooks;
mod state;

mod store;

pub use guard::Guard;
pub use hooks::{SignInHandle, SignOutHandle, use_auth_query, use_session, use_sign_in, use_sign_out, use_user};
pub use state::{ActiveSession, Reachability, SessionState, SessionStore, SignIn};
