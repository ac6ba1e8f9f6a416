//! Sign-outs that the server has not confirmed, and how the browser's storage keeps those of all tabs.

use latchkey_shared::SessionId;
use serde::{Deserialize, Serialize};

/// A sign-out that the server has not confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingSignOut {
    /// The session that the user left.
    pub pending: SessionId,
    /// Whether a call was in flight that may have put another session into its place: that one is to end too.
    pub replaced: bool,
}

impl PendingSignOut {
    /// As the browser's storage keeps it: the id, and a mark if another session may have taken its place.
    fn stored(&self) -> String {
        let mark = if self.replaced { " +" } else { "" };
        [&self.pending.0, mark].concat()
    }

    fn from_stored(line: &str) -> Self {
        let id = line.strip_suffix(" +");
        Self { pending: SessionId(id.unwrap_or(line).to_owned()), replaced: id.is_some() }
    }
}

/// The pending sign-outs of all tabs, as the storage of the browser keeps them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredSignOuts(Vec<PendingSignOut>);

impl StoredSignOuts {
    /// Reads what [`text`](Self::text) wrote.
    #[must_use]
    pub fn read(text: &str) -> Self {
        Self(text.lines().filter(|line| !line.is_empty()).map(PendingSignOut::from_stored).collect())
    }

    /// One a line; nothing, where none is pending.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        let lines: Vec<_> = self.0.iter().map(PendingSignOut::stored).collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    /// What a tab has to make up for. Of several, any session that the cookie opens may be the one.
    #[must_use]
    pub fn pending(&self) -> Option<PendingSignOut> {
        let (last, others) = self.0.split_last()?;
        Some(PendingSignOut { replaced: last.replaced || !others.is_empty(), ..last.clone() })
    }

    /// A tab has another pending sign-out than before; those of other tabs stay.
    pub fn update(&mut self, before: Option<&PendingSignOut>, now: Option<&PendingSignOut>) {
        let is = |stored: &PendingSignOut, other: Option<&PendingSignOut>| {
            other.is_some_and(|other| stored.pending == other.pending)
        };
        let replaced = self.0.iter().any(|stored| stored.replaced && is(stored, now) && !is(stored, before));
        self.0.retain(|stored| !is(stored, before) && !is(stored, now));
        self.0.extend(now.map(|now| PendingSignOut { replaced: now.replaced || replaced, ..now.clone() }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pending(id: &str, replaced: bool) -> PendingSignOut {
        PendingSignOut { pending: SessionId(id.into()), replaced }
    }

    #[test]
    fn the_storage_keeps_ids_and_marks() {
        let mut stored = StoredSignOuts::default();
        assert_eq!((stored.text(), stored.pending()), (None, None));
        for one in [pending("s1", true), pending("s2", false)] {
            stored.update(None, Some(&one));
            assert_eq!(StoredSignOuts::read(&stored.text().unwrap()), stored);
        }
        assert_eq!(stored.pending(), Some(pending("s2", true)), "either may be the cookie's");
    }

    #[test]
    fn what_one_tab_has_done_with_another_tabs_stays() {
        let mut stored = StoredSignOuts::default();
        stored.update(None, Some(&pending("s1", true)));
        stored.update(None, Some(&pending("s1", false)));
        assert_eq!(stored.pending(), Some(pending("s1", true)), "the mark stays");
        stored.update(None, Some(&pending("s2", false)));
        stored.update(Some(&pending("s2", false)), None);
        assert_eq!(stored.pending(), Some(pending("s1", true)));
        stored.update(Some(&pending("s1", true)), Some(&pending("s3", false)));
        assert_eq!(stored.pending(), Some(pending("s3", false)));
    }
}
