//! The page table: which pages a single-page app has, and who may see them. The app writes it into its index.html, so
//! that one server binary serves any app.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{
    Access,
    path_pattern::{PathPattern, PatternError},
};

/// The `id` of the `<script type="application/json">` of index.html that holds the page table.
pub const PAGE_TABLE_ELEMENT: &str = "latchkey-pages";

/// The pages of an app with their [`Access`]. As JSON it is one object, `{"/": "public", "/notes/:id": "signed-in"}`,
/// whose keys are [patterns of paths](PathPattern).
///
/// If several patterns match a path, the most specific one decides, read from the left: a literal segment goes before
/// `:name`, and that before `*name`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageTable {
    /// In the order of the app.
    pages: Vec<(PathPattern, Access)>,
    sign_in: Option<usize>,
}

/// Why a page table cannot be used, in one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PageTableError {
    /// A path is not one that a page can have.
    Pattern(PatternError),
    /// Two patterns match the same paths.
    Duplicate(String, String),
    /// There are no pages.
    Empty,
    /// There are `signed-in` pages, and no `signed-out` page without parameters that visitors could be sent to.
    NoSignInPage,
}

impl fmt::Display for PageTableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pattern(error) => error.fmt(f),
            Self::Duplicate(one, other) => write!(f, "the pages {one:?} and {other:?} have the same paths"),
            Self::Empty => f.write_str(r#"it has no pages; it needs at least {"/": "public"}"#),
            Self::NoSignInPage => f.write_str(
                "there are signed-in pages, but no signed-out page without parameters: visitors need a sign-in page",
            ),
        }
    }
}

impl std::error::Error for PageTableError {}

impl PageTable {
    /// A table of patterns and who may see their pages. The first `signed-out` page without parameters is the sign-in
    /// page.
    ///
    /// # Errors
    /// [`PageTableError`]: no pages, a pattern that no page can have, two that match the same paths, or no sign-in page
    /// for `signed-in` pages.
    pub fn new<P: AsRef<str>>(pages: impl IntoIterator<Item = (P, Access)>) -> Result<Self, PageTableError> {
        let mut table = Self { pages: Vec::new(), sign_in: None };
        for (pattern, access) in pages {
            let pattern = PathPattern::parse(pattern.as_ref()).map_err(PageTableError::Pattern)?;
            if let Some((same, _)) = table.pages.iter().find(|(known, _)| known.has_the_paths_of(&pattern)) {
                return Err(PageTableError::Duplicate(same.to_string(), pattern.to_string()));
            }
            table.pages.push((pattern, access));
        }
        if table.pages.is_empty() {
            return Err(PageTableError::Empty);
        }
        table.sign_in =
            table.pages.iter().position(|(pattern, access)| *access == Access::SignedOut && !pattern.has_parameters());
        let needs_sign_in = table.pages.iter().any(|(_, access)| *access == Access::SignedIn);
        if needs_sign_in && table.sign_in.is_none() { Err(PageTableError::NoSignInPage) } else { Ok(table) }
    }

    /// Who may see the page at a path, which has neither query nor fragment; `None` if no page is there.
    #[must_use]
    pub fn access(&self, path: &str) -> Option<Access> {
        let matching = self.pages.iter().filter(|(pattern, _)| pattern.matches(path));
        matching.max_by(|(one, _), (other, _)| one.specificity().cmp(other.specificity())).map(|(_, access)| *access)
    }

    /// The path of the sign-in page; `None` in a table that has none, where every page is public.
    #[must_use]
    pub fn sign_in_path(&self) -> Option<&str> {
        self.sign_in.map(|index| self.pages[index].0.as_str())
    }

    /// The patterns with who may see their pages, in the order of the app.
    pub fn pages(&self) -> impl Iterator<Item = (&str, Access)> {
        self.pages.iter().map(|(pattern, access)| (pattern.as_str(), *access))
    }
}

impl Serialize for PageTable {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.pages())
    }
}

impl<'de> Deserialize<'de> for PageTable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Rows)
    }
}

/// Reads the rows in the order in which they are written, which decides which page is the sign-in page.
struct Rows;

impl<'de> de::Visitor<'de> for Rows {
    type Value = PageTable;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(r#"an object of pages, like {"/": "public", "/notes/:id": "signed-in", "/sign-in": "signed-out"}"#)
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<PageTable, A::Error> {
        let mut rows = Vec::new();
        // An access is a string: a derived enum would also be read from an object, `{"public": null}`.
        while let Some((pattern, access)) = map.next_entry::<String, String>()? {
            rows.push((pattern, Access::deserialize(de::value::StringDeserializer::<A::Error>::new(access))?));
        }
        PageTable::new(rows).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests;
