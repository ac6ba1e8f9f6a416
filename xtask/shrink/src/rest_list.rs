//! The list of the functions that a first load does not need, which is kept beside the app's sources.

use crate::names::NameHash;
use anyhow::{Context, Result};
use std::collections::BTreeSet;
use std::fmt;

const PAGES: &str = "pages: ";

#[derive(Debug, PartialEq, Eq)]
pub struct RestList<'a> {
    /// The paths of the pages whose first load was recorded.
    pub pages: Vec<&'a str>,
    /// The functions that it did not run.
    pub functions: BTreeSet<NameHash>,
}

impl<'a> RestList<'a> {
    /// All functions but those that were run; both by the hashes of their names.
    pub fn new(pages: Vec<&'a str>, all: impl IntoIterator<Item = NameHash>, run: &BTreeSet<NameHash>) -> Self {
        Self { pages, functions: all.into_iter().filter(|function| !run.contains(function)).collect() }
    }

    pub fn parse(text: &'a str) -> Result<Self> {
        let mut lines = text.lines().filter(|line| !line.starts_with('#'));
        let pages =
            lines.next().and_then(|line| line.strip_prefix(PAGES)).context("the list has no line with pages")?;
        let function = |line| NameHash::from_str_radix(line, 16).with_context(|| format!("{line:?} is no function"));
        Ok(Self { pages: pages.split(' ').collect(), functions: lines.map(function).collect::<Result<_>>()? })
    }
}

impl fmt::Display for RestList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "# Written by `cargo xtask first-load`: the pages that start without these functions, and the hashes of the functions' names."
        )?;
        writeln!(f, "{PAGES}{}", self.pages.join(" "))?;
        self.functions.iter().try_for_each(|function| writeln!(f, "{function:08x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_as_it_was_written() {
        let list = RestList::new(vec!["/", "/auth"], [1, 2, 0xffff_ffff], &BTreeSet::from([2]));
        assert_eq!(list.functions, BTreeSet::from([1, 0xffff_ffff]));
        assert_eq!(RestList::parse(&list.to_string()).unwrap(), list);
    }

    #[test]
    fn something_else_is_refused() {
        for text in ["", "00000001\n", "pages: /\nmain\n"] {
            assert!(RestList::parse(text).is_err(), "{text:?}");
        }
    }
}
