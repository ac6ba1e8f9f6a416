//! The session that the server has embedded in the page, so that the first load needs no check.

use latchkey_shared::api::INITIAL_SESSION_ELEMENT;
use latchkey_shared::{EndReason, InitialSession};
use serde::Deserialize;

use crate::browser::{Json, element_text, remove_element};

#[derive(Deserialize)]
struct Ended {
    reason: EndReason,
}

/// The embedded session, or the reason why there is none; `None` if the page has neither. The two forms are tried one after the
/// other: serde's code for untagged enums would be larger than this module.
#[must_use]
pub fn initial_session() -> Option<InitialSession> {
    let json = Json::parse(&element_text(INITIAL_SESSION_ELEMENT)?)?;
    let ended = |Ended { reason }| InitialSession::Ended { reason };
    json.read().map(InitialSession::Active).or_else(|_| json.read().map(ended)).ok()
}

/// Removes the embedded session from the page.
pub fn forget_initial_session() {
    remove_element(INITIAL_SESSION_ELEMENT);
}
