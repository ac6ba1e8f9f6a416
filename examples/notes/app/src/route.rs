//! The app's pages, and who may see them.

use latchkey_yew::{Access, SessionRoute};
use yew_router::prelude::*;

#[derive(Clone, Debug, PartialEq, Routable)]
pub enum Route {
    #[at("/")]
    Home,
    #[at("/sign-in")]
    SignIn,
    #[at("/notes")]
    Notes,
    #[at("/notes/:id")]
    Note { id: i64 },
    #[not_found]
    #[at("/404")]
    NotFound,
}

impl SessionRoute for Route {
    fn access(&self) -> Access {
        match self {
            Self::Home | Self::NotFound => Access::Public,
            Self::SignIn => Access::SignedOut,
            Self::Notes | Self::Note { .. } => Access::SignedIn,
        }
    }

    fn sign_in() -> Self {
        Self::SignIn
    }

    fn home() -> Self {
        Self::Notes
    }

    /// When the session ends on such a page, the user signs in again over it, and what was typed stays.
    fn keeps_input(&self) -> bool {
        matches!(self, Self::Note { .. })
    }
}

#[test]
fn the_page_table_says_the_same_as_the_routes() {
    latchkey_yew::testing::assert_page_table::<Route>(include_str!("../index.html"), &[]);
}
