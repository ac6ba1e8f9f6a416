//! Which passwords an account may have. Every change says which password it replaces and sets one that was never used before, so the
//! passwords form a tree, and those that were in force a path from its root. An answer that shows one to be in force rules out its
//! siblings.

use super::{At, KEPT};

/// A password, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PasswordKey(pub u32);

/// The passwords of an account.
#[derive(Debug)]
pub struct Passwords(Vec<Version>);

#[derive(Debug)]
struct Version {
    key: PasswordKey,
    replaces: Option<PasswordKey>,
    /// When the change to it began.
    begun: At,
    /// By when it was certainly in force, at some time.
    in_force: Option<At>,
    /// By when it was certainly replaced.
    replaced: Option<At>,
    /// It was never in force and never will be.
    impossible: bool,
}

impl Passwords {
    pub fn new(first: PasswordKey, now: At) -> Self {
        Self(vec![Version {
            key: first,
            replaces: None,
            begun: now,
            in_force: Some(now),
            replaced: None,
            impossible: false,
        }])
    }

    pub fn begin_change(&mut self, from: PasswordKey, to: PasswordKey, now: At) {
        self.0.retain(|version| version.replaced.is_none_or(|replaced| replaced + KEPT >= now));
        // The change fails if its sibling is known to be in force. It may be answered all the same, which would be wrong.
        let impossible = self.version(from).is_none_or(|from| from.impossible || from.replaced.is_some());
        self.0.push(Version { key: to, replaces: Some(from), begun: now, in_force: None, replaced: None, impossible });
    }

    /// A change turned out to have had no effect.
    pub fn fail_change(&mut self, to: PasswordKey) {
        self.rule_out(|version| version.key == to && version.in_force.is_none());
    }

    /// The passwords that may be in force from now on.
    pub fn candidates(&self) -> impl Iterator<Item = PasswordKey> {
        self.0.iter().filter(|version| !version.impossible && version.replaced.is_none()).map(|version| version.key)
    }

    /// Whether it may have been in force at some time between `begun` and `now`.
    pub fn may_be_right(&self, key: PasswordKey, begun: At, now: At) -> bool {
        self.version(key).is_some_and(|version| {
            !version.impossible && version.begun <= now && version.replaced.is_none_or(|replaced| replaced >= begun)
        })
    }

    /// Whether another one may have been in force at some time after `begun`.
    pub fn may_be_wrong(&self, key: PasswordKey, begun: At) -> bool {
        let was_in_force = self.version(key).and_then(|version| version.in_force).is_some_and(|at| at <= begun);
        !was_in_force || self.successors(key).next().is_some()
    }

    /// It was in force at some time until `now`, and so were those before it.
    pub fn confirm(&mut self, key: PasswordKey, now: At) {
        let mut confirmed = Some(key);
        while let Some(key) = confirmed {
            let Some(version) = self.0.iter_mut().find(|version| version.key == key) else { return };
            version.in_force = Some(version.in_force.map_or(now, |at| at.min(now)));
            confirmed = version.replaces;
            let Some(from) = confirmed else { return };
            self.rule_out(|version| version.replaces == Some(from) && version.key != key);
            if let Some(from) = self.0.iter_mut().find(|version| version.key == from) {
                from.replaced = Some(from.replaced.map_or(now, |at| at.min(now)));
            }
        }
    }

    /// It was in force and is so no longer. If only one change can have replaced it, that one succeeded.
    pub fn note_replaced(&mut self, key: PasswordKey, now: At) {
        let successors: Vec<_> = self.successors(key).collect();
        if let [only] = successors[..] {
            self.confirm(only, now);
        }
    }

    /// It was rejected by a request that began at `begun`.
    pub fn note_rejected(&mut self, key: PasswordKey, begun: At, now: At) {
        if self.version(key).and_then(|version| version.in_force).is_some_and(|at| at <= begun) {
            self.note_replaced(key, now);
        }
    }

    /// By when it was certainly replaced.
    pub fn replaced(&self, key: PasswordKey) -> Option<At> {
        self.version(key).and_then(|version| version.replaced)
    }

    fn successors(&self, key: PasswordKey) -> impl Iterator<Item = PasswordKey> {
        self.0.iter().filter(move |version| version.replaces == Some(key) && !version.impossible).map(|to| to.key)
    }

    /// Rules versions out, and those that would replace them.
    fn rule_out(&mut self, which: impl Fn(&Version) -> bool) {
        let mut out: Vec<PasswordKey> =
            self.0.iter().filter(|version| which(version)).map(|version| version.key).collect();
        while let Some(key) = out.pop() {
            for version in &mut self.0 {
                if version.key == key {
                    version.impossible = true;
                } else if version.replaces == Some(key) && !version.impossible {
                    out.push(version.key);
                }
            }
        }
    }

    fn version(&self, key: PasswordKey) -> Option<&Version> {
        self.0.iter().find(|version| version.key == key)
    }
}
