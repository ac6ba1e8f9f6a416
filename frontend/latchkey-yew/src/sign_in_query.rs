//! The query of the sign-in page: why the user is there, and which page they wanted. It is not trusted: `next` is followed only if
//! it is a page of the app, and an unknown reason is ignored.

use latchkey_shared::EndReason;
use yew_router::history::Location;

use crate::browser::{query_string, query_value};
use crate::route::Routes;

/// `?next=…&reason=…`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SignInQuery {
    /// The page that the user wanted: path, query and fragment, without the base path of the router.
    pub(crate) next: Option<String>,
    /// Why the user is here.
    pub(crate) reason: Option<EndReason>,
}

impl SignInQuery {
    /// The query of a location, in an app with this base path.
    pub(crate) fn of(location: &Location, routes: &Routes, base: Option<&str>) -> Self {
        let value = |name| query_value(location.query_str(), name);
        let next = value("next").map(|next| with_fragment(below_base(next, base), location.hash(), routes));
        Self { next, reason: value("reason").as_deref().and_then(EndReason::parse) }
    }

    /// The path of the sign-in page with this query. `next` includes the base path, as the server expects.
    pub(crate) fn address(&self, routes: &Routes, base: Option<&str>) -> String {
        let next = self.next.as_deref().map(|next| [base.unwrap_or_default(), next].concat());
        let next = next.as_deref().map(|next| ("next", next));
        let reason = self.reason.map(|reason| ("reason", reason.as_str()));
        let pairs: Vec<_> = next.into_iter().chain(reason).collect();
        [&routes.sign_in, "?", &query_string(&pairs)].concat()
    }
}

/// A path without the base path of the router.
pub(crate) fn below_base(path: String, base: Option<&str>) -> String {
    match base.and_then(|base| path.strip_prefix(base)) {
        Some(rest) if rest.starts_with('/') => rest.to_owned(),
        Some(rest) if rest.is_empty() || rest.starts_with(['?', '#']) => ["/", rest].concat(),
        _ => path,
    }
}

/// `next` with the fragment of the current location. A server that redirects to the sign-in page does not receive the fragment;
/// the browser keeps it across the redirect.
fn with_fragment(next: String, fragment: &str, routes: &Routes) -> String {
    let whole = [&next, fragment].concat();
    if next.contains('#') || routes.safe(&whole).is_none() { next } else { whole }
}

#[cfg(test)]
mod tests;
