//! Every byte that crosses the wire between Latchkey's server and its single-page app: the JSON types, the error
//! codes, the API's paths and the table of pages. Both sides compile it, so neither can drift from the contract.
//!
//! Conventions: `snake_case` JSON; durations are integers with a unit suffix (`expires_in_s`); instants are RFC 3339
//! in UTC; errors are RFC 9457 problems whose `code` is for programs and whose `detail` is for people.

pub mod access;
pub mod api;
pub mod events;
pub mod next;
pub mod page_table;
pub mod path_pattern;
pub mod problem;
pub mod reason;
pub mod route;
pub mod session;
pub mod text;
pub mod user;

pub use access::Access;
pub use page_table::PageTable;
pub use problem::{ErrorCode, Problem};
pub use reason::EndReason;
pub use route::Page;
pub use session::{Device, EndedSessions, InitialSession, Session, SessionId, SignedIn, Timestamp, Verified};
pub use user::{Login, PasswordChange, ProfileChange, User, UserId};
