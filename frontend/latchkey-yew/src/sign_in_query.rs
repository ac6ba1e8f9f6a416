//! What the address of the sign-in page says: why the person is there, and where they wanted to go. Anybody may have
//! written it, so `next` goes through `shared::next` before it is followed, and an unknown reason is none.

use latchkey_shared::{EndReason, Page, next};
use yew::prelude::*;
use yew_router::history::Location;
use yew_router::hooks::use_location;

use crate::browser::{query_string, query_value};

/// `?next=…&reason=…`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthQuery {
    /// Where the person wanted to go.
    pub next: Option<String>,
    /// Why the person is here.
    pub reason: Option<EndReason>,
}

impl AuthQuery {
    /// What a location says.
    #[must_use]
    pub fn of(location: &Location) -> Self {
        let value = |name| query_value(location.query_str(), name);
        let next = value("next").map(|next| with_fragment(next, location.hash()));
        Self { next, reason: value("reason").as_deref().and_then(EndReason::parse) }
    }

    /// The sign-in page's address that says this.
    #[must_use]
    pub fn address(&self) -> String {
        let next = self.next.as_deref().map(|next| ("next", next));
        let reason = self.reason.map(|reason| ("reason", reason.as_str()));
        let pairs: Vec<_> = next.into_iter().chain(reason).collect();
        Page::Auth.path().to_owned() + "?" + &query_string(&pairs)
    }
}

/// `next` with the fragment that the browser carried over from it: a server that redirects to the sign-in page does not see
/// the fragment, and cannot write it into `next`.
fn with_fragment(next: String, fragment: &str) -> String {
    let whole = [&next, fragment].concat();
    if next.contains('#') || next::safe(&whole, Page::access_at).is_none() { next } else { whole }
}

/// What the address says now.
#[hook]
pub fn use_auth_query() -> AuthQuery {
    use_location().as_ref().map(AuthQuery::of).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::with_fragment;

    #[test]
    fn a_fragment_is_carried_over_unless_next_has_its_own_or_would_be_followed_no_more() {
        let long = ["#", &"x".repeat(2048)].concat();
        for (next, fragment, expected) in [
            ("/account", "#password", "/account#password"),
            ("/account?tab=1", "#password", "/account?tab=1#password"),
            ("/account", "", "/account"),
            ("/account#name", "#password", "/account#name"),
            ("/account", &long, "/account"),
            ("//evil.example", "#x", "//evil.example"),
        ] {
            assert_eq!(with_fragment(next.into(), fragment), expected);
        }
    }
}
