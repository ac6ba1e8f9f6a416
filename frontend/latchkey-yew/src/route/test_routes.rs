//! Routes for tests: a page for everybody, one for signing in, and two that need a session.

use super::*;

#[derive(Clone, Debug, PartialEq, Routable)]
pub(crate) enum TestRoute {
    #[at("/")]
    Home,
    #[at("/auth")]
    SignIn,
    #[at("/dashboard")]
    Dashboard,
    #[at("/account")]
    Account,
    #[not_found]
    #[at("/404")]
    NotFound,
}

impl SessionRoute for TestRoute {
    fn access(&self) -> Access {
        match self {
            Self::Home | Self::NotFound => Access::Public,
            Self::SignIn => Access::SignedOut,
            Self::Dashboard | Self::Account => Access::SignedIn,
        }
    }

    fn sign_in() -> Self {
        Self::SignIn
    }

    fn home() -> Self {
        Self::Dashboard
    }
}

pub(crate) fn routes() -> Routes {
    Routes::of::<TestRoute>("/reports/ /wiki/".into())
}
