//! The pages, one a file. They learn about the session only through its hooks, and show
//! nothing of a user who is not there: the store is emptied the moment a session ends, before the guard has led away.

mod account;
mod dashboard;
mod home;
mod not_found;
mod sessions;
mod sign_in;

mod submission;

pub use account::Account;
pub use dashboard::Dashboard;
pub use home::Home;
pub use not_found::not_found;
pub use sessions::Sessions;
pub use sign_in::sign_in;
