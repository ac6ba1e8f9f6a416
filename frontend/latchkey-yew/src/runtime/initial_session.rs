//! What the server wrote into the page, so that the first load asks nothing.

use latchkey_shared::api::INITIAL_SESSION_ELEMENT;
use latchkey_shared::{EndReason, InitialSession};
use serde::Deserialize;

use crate::browser::{element_text, from_json, remove_element};

#[derive(Deserialize)]
struct Ended {
    reason: EndReason,
}

/// Reads it; nothing, if the page has none. The two forms are tried one after the other: what serde needs to read them
/// as the untagged enum that they are would weigh more than this whole module.
#[must_use]
pub fn initial_session() -> Option<InitialSession> {
    let text = element_text(INITIAL_SESSION_ELEMENT)?;
    let active = || from_json(&text).map(InitialSession::Active);
    let ended = || from_json(&text).map(|Ended { reason }| InitialSession::Ended { reason });
    active().or_else(ended)
}

/// Takes it out of the page, because the session that it tells of is over.
pub fn forget_initial_session() {
    remove_element(INITIAL_SESSION_ELEMENT);
}
