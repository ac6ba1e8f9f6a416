//! What the library needs to know about an app's routes.

use latchkey_shared::{Access, next};
use yew_router::Routable;

/// The routes of an app that has sessions.
///
/// ```
/// use latchkey_yew::{Access, SessionRoute};
/// use yew_router::Routable;
///
/// #[derive(Clone, PartialEq, Routable)]
/// enum Route {
///     #[at("/")]
///     Home,
///     #[at("/sign-in")]
///     SignIn,
///     #[at("/notes/:id")]
///     Note { id: u64 },
///     #[not_found]
///     #[at("/404")]
///     NotFound,
/// }
///
/// impl SessionRoute for Route {
///     fn access(&self) -> Access {
///         match self {
///             Self::Home | Self::NotFound => Access::Public,
///             Self::SignIn => Access::SignedOut,
///             Self::Note { .. } => Access::SignedIn,
///         }
///     }
///
///     fn sign_in() -> Self {
///         Self::SignIn
///     }
///
///     fn home() -> Self {
///         Self::Home
///     }
/// }
/// ```
///
/// The server uses the same table, which is embedded in index.html: see [`testing::assert_page_table`](crate::testing::assert_page_table).
pub trait SessionRoute: Routable + 'static {
    /// Who may see the page.
    fn access(&self) -> Access;

    /// The sign-in page. Its access must be [`Access::SignedOut`].
    fn sign_in() -> Self;

    /// The page after signing in, unless the user wanted another one.
    fn home() -> Self;

    /// Whether the page has input that must not be lost. If so, users whose session ends sign in again in a dialog over the page,
    /// and the browser asks before it leaves a page with unsaved input.
    ///
    /// A field is unsaved once the user has typed into it, while its value differs from its `defaultValue`. So give each field the
    /// saved value as that: `~defaultValue={saved}`, also if its `value` follows a state of the component. Otherwise it stays
    /// unsaved until it is removed from the page. Current passwords (`autocomplete="current-password"`) never count.
    fn keeps_input(&self) -> bool {
        false
    }
}

/// The routes of an app without their type, so that the guard is compiled only once. Paths are those of the app's `Routable`,
/// without the base path of the router.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Routes {
    pub(crate) sign_in: String,
    pub(crate) home: String,
    access: AccessAt,
    /// The prefixes of other programs that the server guards, see [`next::guarded`].
    guarded: String,
}

#[derive(Clone, Copy, Debug)]
struct AccessAt(fn(&str) -> Option<Access>);

impl PartialEq for AccessAt {
    fn eq(&self, _: &Self) -> bool {
        // An app has one type of routes.
        true
    }
}

impl Routes {
    pub(crate) fn of<R: SessionRoute>(guarded: String) -> Self {
        Self { sign_in: R::sign_in().to_path(), home: R::home().to_path(), access: AccessAt(access_at::<R>), guarded }
    }

    /// Who may see the page at a path; `None` if the app has no page there.
    #[cfg(debug_assertions)]
    pub(crate) fn access(&self, path: &str) -> Option<Access> {
        (self.access.0)(path)
    }

    /// The page after signing in: `next` if it is safe to follow, else the home page.
    pub(crate) fn destination<'a>(&'a self, next: Option<&'a str>) -> &'a str {
        next.and_then(|next| self.safe(next)).unwrap_or(&self.home)
    }

    /// `next` if it is safe to follow: a page, see [`next::safe`], or a guarded program.
    pub(crate) fn safe<'a>(&self, next: &'a str) -> Option<&'a str> {
        self.guarded(next).or_else(|| next::safe(next, self.access.0))
    }

    /// `next` if it leads out of the app, to a guarded program.
    pub(crate) fn guarded<'a>(&self, next: &'a str) -> Option<&'a str> {
        next::guarded(next, &self.guarded)
    }
}

/// Who may see the page at a path without query and fragment; `None` if the app has no page there. yew-router ignores a trailing
/// slash, and returns the not-found route for an unknown path.
pub(crate) fn access_at<R: SessionRoute>(path: &str) -> Option<Access> {
    if path.len() > 1 && path.ends_with('/') {
        return None;
    }
    let route = R::recognize(path)?;
    let is_page = R::not_found_route().is_none_or(|not_found| route != not_found) || route.to_path() == path;
    is_page.then(|| route.access())
}

/// The error in an app's routes, if there is one.
pub(crate) fn misconfiguration<R: SessionRoute>() -> Option<&'static str> {
    if R::sign_in().access() != Access::SignedOut {
        return Some("SessionRoute::sign_in() must be a page whose access() is Access::SignedOut");
    }
    let home_is_closed = R::home().access() == Access::SignedOut;
    home_is_closed.then_some("SessionRoute::home() must be a page that signed-in users may see")
}

#[cfg(test)]
pub(crate) mod test_routes;
#[cfg(test)]
mod tests;
