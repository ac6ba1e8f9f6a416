#![doc = include_str!("../README.md")]

pub mod access;
pub mod api;
pub mod events;
pub mod next;
pub mod page_table;
pub mod path_pattern;
pub mod problem;
pub mod reason;
#[cfg(feature = "schema")]
pub mod schema;
pub mod session;
pub mod text;
pub mod user;

pub use access::Access;
pub use page_table::PageTable;
pub use problem::{ErrorCode, Problem};
pub use reason::EndReason;
pub use session::{Device, EndedSessions, InitialSession, Session, SessionId, SignedIn, Timestamp, Verified};
pub use user::{Login, PasswordChange, ProfileChange, SetPassword, User, UserId};
