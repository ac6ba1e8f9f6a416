//! What the library must know of an app's routes: who may see them, and where to go.

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
/// The server decides by the same table, which index.html carries: see [`testing::assert_page_table`](crate::testing::assert_page_table).
pub trait SessionRoute: Routable + 'static {
    /// Who may see the page.
    fn access(&self) -> Access;

    /// The page with the form to sign in, which only visitors without a session see.
    fn sign_in() -> Self;

    /// Where a user lands who has signed in, and wanted nothing else.
    fn home() -> Self;

    /// Whether users type something on the page that must not be lost: when their session ends they sign in again in a dialog over
    /// it, and the browser asks before it leaves the page.
    fn keeps_input(&self) -> bool {
        false
    }
}

/// The routes of an app without their type, so that there is one guard for all apps. Paths are as the app's `Routable` has them,
/// without the base path of the router.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Routes {
    pub(crate) sign_in: String,
    pub(crate) home: String,
    access: AccessAt,
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
    pub(crate) fn of<R: SessionRoute>() -> Self {
        Self { sign_in: R::sign_in().to_path(), home: R::home().to_path(), access: AccessAt(access_at::<R>) }
    }

    /// Where a user goes after signing in: to `next` where that is safe to follow, else home.
    pub(crate) fn destination<'a>(&'a self, next: Option<&'a str>) -> &'a str {
        next.and_then(|next| self.safe(next)).unwrap_or(&self.home)
    }

    /// `next` if it is safe to follow, see [`next::safe`].
    pub(crate) fn safe<'a>(&self, next: &'a str) -> Option<&'a str> {
        next::safe(next, self.access.0)
    }
}

/// Who may see the page at a path, which has neither query nor fragment; `None` if the app has no page there. yew-router overlooks a
/// trailing slash, and answers with the not-found route for whatever it does not know.
pub(crate) fn access_at<R: SessionRoute>(path: &str) -> Option<Access> {
    if path.len() > 1 && path.ends_with('/') {
        return None;
    }
    let route = R::recognize(path)?;
    let is_page = R::not_found_route().is_none_or(|not_found| route != not_found) || route.to_path() == path;
    is_page.then(|| route.access())
}

/// What is wrong with an app's routes, in one sentence.
pub(crate) fn fault_of<R: SessionRoute>() -> Option<&'static str> {
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
