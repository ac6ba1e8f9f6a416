//! Who is signed in: known once, checked on every route, told when it ends.
//!
//! `hooks` are what pages use, `calls` how they call the API, `guard` keeps pages to those who may see them, `state` is what
//! they read. Behind them `machine` decides, purely, in the vocabulary of `signals`, `answer`, `news` and `notice`; `manager` carries
//! the browser's signals to it and its effects out, and alone writes the `store`; `start` runs it, `kept`, `teller` and `watcher`
//! help it.

mod calls;
mod end_warning;
mod guard;
mod hooks;
mod initial;
mod progress;
mod query;
mod reauth;
mod sign_in_form;
mod state;
mod unsaved_input;

mod answer;
mod end_cause;
mod machine;
mod news;
mod notice;
mod notice_queue;
mod signals;

mod kept;
mod manager;
mod start;
mod store;
mod teller;
mod watcher;

pub use calls::Calls;
pub use end_cause::EndCause;
pub use end_warning::EndWarning;
pub use guard::Guard;
pub use hooks::{SignInHandle, SignOutHandle, use_calls, use_session, use_sign_in, use_sign_out, use_user};
pub use initial::initial_session;
pub use manager::SessionManager;
pub use news::{End, News, PendingSignOut};
pub use notice::UNCONFIRMED;
pub use progress::Progress;
pub use query::{AuthQuery, use_auth_query};
pub use reauth::Reauth;
pub use sign_in_form::SignInForm;
pub use start::use_session_manager;
pub use state::{ActiveSession, Asking, Ending, Reachability, SessionState, SessionStore, SignIn, Staying};
