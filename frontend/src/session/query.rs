//! What the address of the sign-in page says: why the person is there, and where they wanted to go. Anybody may have
//! written it, so `next` goes through `shared::next` before it is followed, and an unknown reason is none.

use latchkey_shared::EndReason;
use serde::{Deserialize, Deserializer, Serialize};
use yew::prelude::*;
use yew_router::history::Location;
use yew_router::hooks::use_location;

/// `?next=…&reason=…`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AuthQuery {
    /// Where the person wanted to go.
    pub next: Option<String>,
    /// Why the person is here.
    #[serde(deserialize_with = "known_reason")]
    pub reason: Option<EndReason>,
}

impl AuthQuery {
    /// What a location says; nothing, if it makes no sense.
    #[must_use]
    pub fn of(location: &Location) -> Self {
        location.query::<Self>().unwrap_or_default()
    }
}

fn known_reason<'de, D: Deserializer<'de>>(text: D) -> Result<Option<EndReason>, D::Error> {
    let text = String::deserialize(text)?;
    Ok(EndReason::parse(&text))
}

/// What the address says now.
#[hook]
pub fn use_auth_query() -> AuthQuery {
    use_location().as_ref().map(AuthQuery::of).unwrap_or_default()
}
