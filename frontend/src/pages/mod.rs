//! The pages, one a file. They read the session only through hooks, and render a skeleton without a user: the store is emptied
//! when a session ends, before the guard redirects.

mod account;
mod dashboard;
mod home;
mod not_found;
mod sessions;
mod set_password;
mod sign_in;

mod password_form;
mod submission;

pub use account::Account;
pub use dashboard::Dashboard;
pub use home::Home;
pub use not_found::not_found;
pub use sessions::Sessions;
pub use set_password::set_password;
pub use sign_in::sign_in;
