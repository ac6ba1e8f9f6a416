//! The app's routes and who may see them. index.html carries the same table for the server; a test holds the two together.

use latchkey_yew::{Access, SessionRoute};
use yew_router::Routable;

/// Where the address bar points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Routable)]
pub enum Route {
    /// What this is; for everybody.
    #[at("/")]
    Home,
    /// The form to sign in.
    #[at("/auth")]
    SignIn,
    /// Where a user lands who has signed in.
    #[at("/dashboard")]
    Dashboard,
    /// Profile and password.
    #[at("/account")]
    Account,
    /// The devices on which the user is signed in.
    #[at("/sessions")]
    Sessions,
    /// Everything else.
    #[not_found]
    #[at("/not-found")]
    NotFound,
}

impl SessionRoute for Route {
    fn access(&self) -> Access {
        match self {
            Self::Home | Self::NotFound => Access::Public,
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
    fn the_page_table_of_index_html_says_the_same() {
        latchkey_yew::testing::assert_page_table::<Route>(include_str!("../../index.html"), &[]);
    }
}
