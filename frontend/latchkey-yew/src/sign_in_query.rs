//! What the address of the sign-in page says: why the user is there, and where they wanted to go. Anybody may have written it, so
//! `next` goes through the app's own routes before it is followed, and an unknown reason is none.

use latchkey_shared::EndReason;
use yew_router::history::Location;

use crate::browser::{query_string, query_value};
use crate::route::Routes;

/// `?next=…&reason=…`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SignInQuery {
    /// Where the user wanted to go: path, query and fragment, below the base path of the router.
    pub(crate) next: Option<String>,
    /// Why the user is here.
    pub(crate) reason: Option<EndReason>,
}

impl SignInQuery {
    /// What a location says, in an app below this base path.
    pub(crate) fn of(location: &Location, routes: &Routes, base: Option<&str>) -> Self {
        let value = |name| query_value(location.query_str(), name);
        let next = value("next").map(|next| with_fragment(below_base(next, base), location.hash(), routes));
        Self { next, reason: value("reason").as_deref().and_then(EndReason::parse) }
    }

    /// The route to the sign-in page that says this. `next` is written as the address bar has it, which is what a server sees.
    pub(crate) fn address(&self, routes: &Routes, base: Option<&str>) -> String {
        let next = self.next.as_deref().map(|next| [base.unwrap_or_default(), next].concat());
        let next = next.as_deref().map(|next| ("next", next));
        let reason = self.reason.map(|reason| ("reason", reason.as_str()));
        let pairs: Vec<_> = next.into_iter().chain(reason).collect();
        [&routes.sign_in, "?", &query_string(&pairs)].concat()
    }
}

/// A path of the site without the base path of the router, if it is below that.
pub(crate) fn below_base(path: String, base: Option<&str>) -> String {
    match base.and_then(|base| path.strip_prefix(base)) {
        Some(rest) if rest.starts_with('/') => rest.to_owned(),
        Some(rest) if rest.is_empty() || rest.starts_with(['?', '#']) => ["/", rest].concat(),
        _ => path,
    }
}

/// `next` with the fragment that the browser carried over from it: a server that redirects to the sign-in page does not see
/// the fragment, and cannot write it into `next`.
fn with_fragment(next: String, fragment: &str, routes: &Routes) -> String {
    let whole = [&next, fragment].concat();
    if next.contains('#') || routes.safe(&whole).is_none() { next } else { whole }
}

#[cfg(test)]
mod tests;
