//! The table of pages: which there are, and who may see them. The server's document guard and the app's own guard
//! both read it, so they cannot disagree.

use crate::Access;

/// A page of the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// What this is; for everybody.
    Home,
    /// The sign-in form.
    Auth,
    /// Where a signed-in person lands.
    Dashboard,
    /// Profile and password.
    Account,
    /// The devices on which the person is signed in.
    Sessions,
}

/// Every page: its path, and who may see it.
pub const PAGES: [(Page, &str, Access); 5] = [
    (Page::Home, "/", Access::Public),
    (Page::Auth, "/auth", Access::SignedOut),
    (Page::Dashboard, "/dashboard", Access::SignedIn),
    (Page::Account, "/account", Access::SignedIn),
    (Page::Sessions, "/sessions", Access::SignedIn),
];

impl Page {
    /// The page at a path, which must match to the letter.
    #[must_use]
    pub fn at(path: &str) -> Option<Self> {
        PAGES.into_iter().find(|(_, known, _)| *known == path).map(|(page, ..)| page)
    }

    /// The page's path.
    #[must_use]
    pub fn path(self) -> &'static str {
        self.row().1
    }

    /// Who may see the page.
    #[must_use]
    pub fn access(self) -> Access {
        self.row().2
    }

    /// Who may see the page at a path, if one is there.
    #[must_use]
    pub fn access_at(path: &str) -> Option<Access> {
        Self::at(path).map(Self::access)
    }

    /// Whether people work on the page: when the session ends, what they typed stays, and they sign in again in place.
    #[must_use]
    pub const fn has_work(self) -> bool {
        matches!(self, Self::Account)
    }

    fn row(self) -> (Self, &'static str, Access) {
        PAGES[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_has_its_own_row_and_path() {
        for (index, (page, path, access)) in PAGES.into_iter().enumerate() {
            assert_eq!(page as usize, index);
            assert_eq!((page.path(), page.access()), (path, access));
            assert_eq!(Page::at(path), Some(page));
        }
    }

    #[test]
    fn only_the_exact_path_is_a_page() {
        for path in ["", "//", "/Dashboard", "/dashboard/", "/dashboard?x=1", "dashboard", "/%64ashboard"] {
            assert_eq!(Page::at(path), None, "{path}");
        }
    }
}
