//! The app's routes, and who may see them. index.html has the same table for the server; a test compares the two.

use std::collections::HashMap;

use latchkey_yew::{Access, SessionRoute};
use yew_router::Routable;

/// A page of the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// The home page.
    Home,
    /// The sign-in page.
    SignIn,
    /// The page after signing in.
    Dashboard,
    /// Profile and password.
    Account,
    /// The user's sessions.
    Sessions,
    /// The page that one-time links lead to.
    SetPassword,
    /// The page for unknown addresses.
    NotFound,
}

const PATHS: [(Route, &str); 7] = [
    (Route::Home, "/"),
    (Route::SignIn, "/auth"),
    (Route::Dashboard, "/dashboard"),
    (Route::Account, "/account"),
    (Route::Sessions, "/sessions"),
    (Route::SetPassword, "/set-password"),
    (Route::NotFound, "/not-found"),
];

impl Route {
    /// The route's path.
    #[must_use]
    pub const fn path(self) -> &'static str {
        PATHS[self as usize].1
    }
}

/// Written by hand: the routes have no parameters, so a table is enough, while the derived code would add 4 kB to the bundle.
impl Routable for Route {
    fn from_path(path: &str, _parameters: &HashMap<&str, &str>) -> Option<Self> {
        Self::recognize(path)
    }

    fn to_path(&self) -> String {
        self.path().to_owned()
    }

    fn routes() -> Vec<&'static str> {
        PATHS.iter().map(|(_, path)| *path).collect()
    }

    fn not_found_route() -> Option<Self> {
        Some(Self::NotFound)
    }

    fn recognize(path: &str) -> Option<Self> {
        let found = PATHS.iter().find(|(_, known)| *known == path);
        Some(found.map_or(Self::NotFound, |(route, _)| *route))
    }
}

impl SessionRoute for Route {
    fn access(&self) -> Access {
        match self {
            Self::Home | Self::SetPassword | Self::NotFound => Access::Public,
            Self::SignIn => Access::SignedOut,
            Self::Dashboard | Self::Account | Self::Sessions => Access::SignedIn,
        }
    }

    fn sign_in() -> Self {
        Self::SignIn
    }

    fn home() -> Self {
        Self::Dashboard
    }

    fn keeps_input(&self) -> bool {
        *self == Self::Account
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_has_its_own_path_and_only_to_the_letter() {
        for (index, (route, path)) in PATHS.into_iter().enumerate() {
            assert_eq!((route as usize, route.path()), (index, path));
            assert_eq!(Route::recognize(path), Some(route));
        }
        for path in ["", "//", "/Dashboard", "/dashboard/", "/dashboard?x=1", "dashboard", "/%64ashboard"] {
            assert_eq!(Route::recognize(path), Some(Route::NotFound), "{path}");
        }
    }

    #[test]
    fn the_page_table_of_index_html_says_the_same() {
        latchkey_yew::testing::assert_page_table::<Route>(include_str!("../../index.html"), &[]);
    }
}
