//! The app's routes: the page table of `shared`, spoken in yew-router's terms. What the server does not know as a page,
//! the app does not know either.

use std::collections::HashMap;

use latchkey_shared::Page;
use yew_router::Routable;

/// Where the address bar points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// A page of the table.
    Page(Page),
    /// None of them.
    NotFound,
}

impl Routable for Route {
    fn from_path(path: &str, _parameters: &HashMap<&str, &str>) -> Option<Self> {
        Self::recognize(path)
    }

    fn to_path(&self) -> String {
        match self {
            Self::Page(page) => page.path().to_owned(),
            Self::NotFound => "/not-found".to_owned(),
        }
    }

    fn routes() -> Vec<&'static str> {
        latchkey_shared::route::PAGES.iter().map(|(_, path, _)| *path).collect()
    }

    fn not_found_route() -> Option<Self> {
        Some(Self::NotFound)
    }

    fn recognize(path: &str) -> Option<Self> {
        Some(Page::at(path).map_or(Self::NotFound, Self::Page))
    }
}
