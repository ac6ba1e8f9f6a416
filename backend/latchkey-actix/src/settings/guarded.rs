//! The prefixes of paths below which other programs answer, guarded by Latchkey.

use std::{fmt, str::FromStr};

use latchkey_shared::next;

use super::{InvalidSetting, try_from_text};

/// Prefixes of paths below which other programs answer, parsed from a text such as `/reports/, /wiki/`, separated by commas or blanks.
/// It may be empty. A reverse proxy sends their requests to the programs after asking Latchkey, and after signing in a user may be
/// sent there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guarded(String);

impl Guarded {
    /// Joins several lists.
    #[must_use]
    pub fn concat(lists: impl IntoIterator<Item = Self>) -> Self {
        let lists: Vec<_> = lists.into_iter().map(|Self(prefixes)| prefixes).filter(|list| !list.is_empty()).collect();
        Self(lists.join(" "))
    }

    /// The prefixes, separated by blanks, as [`next::guarded`] takes them.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The prefixes.
    pub fn prefixes(&self) -> impl Iterator<Item = &str> {
        self.0.split(' ').filter(|prefix| !prefix.is_empty())
    }
}

impl FromStr for Guarded {
    type Err = InvalidSetting;

    fn from_str(text: &str) -> Result<Self, InvalidSetting> {
        let mut prefixes = Vec::new();
        for prefix in text.split([',', ' ', '\t', '\n']).filter(|entry| !entry.is_empty()) {
            match next::prefix_error(prefix) {
                None => prefixes.push(prefix),
                Some(reason) => return Err(InvalidSetting(format!("'{prefix}' is no prefix: {reason}").into())),
            }
        }
        Ok(Self(prefixes.join(" ")))
    }
}

impl fmt::Display for Guarded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

try_from_text!(Guarded);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_separated_by_commas_or_blanks() {
        let guarded: Guarded = "/reports/, /wiki/,/a/b/ ".parse().unwrap();
        assert_eq!(guarded.prefixes().collect::<Vec<_>>(), ["/reports/", "/wiki/", "/a/b/"]);
        assert_eq!(guarded.as_str(), "/reports/ /wiki/ /a/b/");
        assert_eq!(Guarded::concat(["/x/".parse().unwrap(), Guarded::default(), guarded]).prefixes().count(), 4);
        assert_eq!("".parse(), Ok(Guarded::default()));
    }

    #[test]
    fn what_is_no_prefix_is_named() {
        for (text, named) in
            [("/reports/,wiki/", "'wiki/'"), ("/", "'/'"), ("/api/", "'/api/'"), ("/a;/b/", "'/a;/b/'")]
        {
            let error = text.parse::<Guarded>().unwrap_err().to_string();
            assert!(error.starts_with(named), "{error}");
        }
    }
}
