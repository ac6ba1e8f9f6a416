//! The events of `GET /api/session-events`: their names, and what their data is.

use serde::{Deserialize, Serialize};

use crate::EndReason;

/// The session ended; the stream closes after it.
pub const ENDED: &str = "ended";

/// The user changed; fetch `GET /api/me`.
pub const USER_CHANGED: &str = "user-changed";

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
