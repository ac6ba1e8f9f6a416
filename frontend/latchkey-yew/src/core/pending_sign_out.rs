//! Sign-outs that the server has not confirmed, and their form in the browser's storage, which all tabs share.

use latchkey_shared::SessionId;
use serde::{Deserialize, Serialize};

/// A sign-out that the server has not confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingSignOut {
    /// The session that the user signed out of.
    pub session: SessionId,
    /// Whether a call in flight may have replaced that session; its successor must end as well.
    pub maybe_replaced: bool,
}

impl PendingSignOut {
    /// A line of the stored text: the id, and a mark if the session may have been replaced.
    fn stored(&self) -> String {
        let mark = if self.maybe_replaced { " +" } else { "" };
        [&self.session.0, mark].concat()
    }

    fn from_stored(line: &str) -> Self {
        let id = line.strip_suffix(" +");
        Self { session: SessionId(id.unwrap_or(line).to_owned()), maybe_replaced: id.is_some() }
    }
}

/// The pending sign-outs of all tabs, as they are stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredSignOuts(Vec<PendingSignOut>);

impl StoredSignOuts {
    /// Parses what [`text`](Self::text) wrote.
    #[must_use]
    pub fn read(text: &str) -> Self {
        Self(text.lines().filter(|line| !line.is_empty()).map(PendingSignOut::from_stored).collect())
    }

    /// The text to store, one sign-out a line; `None` if none is pending.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        let lines: Vec<_> = self.0.iter().map(PendingSignOut::stored).collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    /// The sign-out that a tab has to send. If there are several, the cookie may belong to any of their sessions, so the
    /// successor must end as well.
    #[must_use]
    pub fn pending(&self) -> Option<PendingSignOut> {
        let (last, others) = self.0.split_last()?;
        Some(PendingSignOut { maybe_replaced: last.maybe_replaced || !others.is_empty(), ..last.clone() })
    }

    /// Replaces a tab's pending sign-out; those of other tabs stay.
    pub fn update(&mut self, before: Option<&PendingSignOut>, now: Option<&PendingSignOut>) {
        let is = |stored: &PendingSignOut, other: Option<&PendingSignOut>| {
            other.is_some_and(|other| stored.session == other.session)
        };
        let maybe_replaced =
            self.0.iter().any(|stored| stored.maybe_replaced && is(stored, now) && !is(stored, before));
        self.0.retain(|stored| !is(stored, before) && !is(stored, now));
        self.0.extend(
            now.map(|now| PendingSignOut { maybe_replaced: now.maybe_replaced || maybe_replaced, ..now.clone() }),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pending(id: &str, maybe_replaced: bool) -> PendingSignOut {
        PendingSignOut { session: SessionId(id.into()), maybe_replaced }
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
    fn a_tab_removes_only_its_own_sign_out() {
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
