//! The events of `GET /api/session-events`: their names, and what their data is.

use serde::{Deserialize, Serialize};

use crate::EndReason;

/// The session ended; the stream closes after it.
pub const ENDED: &str = "ended";

/// The user's version: the first event of a stream, because the client may have missed a change before, and one for each change. A client that
/// has an older version fetches `GET /api/me`.
pub const USER_CHANGED: &str = "user-changed";

/// Nothing happened, and the stream is alive. Its data is `{}`. A client that hears nothing at all for much longer than
/// [`HEARTBEAT_EVERY_S`] takes the stream for lost: a connection can be dead without either side having been told.
pub const HEARTBEAT: &str = "heartbeat";

/// How many seconds pass between two heartbeats.
pub const HEARTBEAT_EVERY_S: u64 = 15;

/// The data of [`ENDED`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Ended {
    /// Why.
    pub code: EndReason,
}

/// The data of [`USER_CHANGED`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UserChanged {
    /// The user's version by now.
    pub user_version: u64,
}
