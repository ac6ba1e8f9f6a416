//! The rules of toasts: which are shown, and until when. The time is an argument.

use yew::AttrValue;

use super::message::{Toast, ToastId};

/// The most toasts that are shown. A further one replaces the oldest, preferably one without an action.
const MOST: usize = 4;

/// Where toasts are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ToasterPlace {
    /// In a corner of the page.
    #[default]
    Page,
    /// Inside the open modal dialog; everything outside it is inert.
    Dialog,
}

/// A toast that is shown.
#[derive(Clone, Debug, PartialEq)]
struct Shown {
    toast: Toast,
    /// When it is removed; `None` if it stays until it is closed.
    until_ms: Option<u64>,
}

impl Shown {
    /// The order in which toasts are replaced beyond the limit, least first; the session's own is the last.
    fn rank(&self) -> (bool, bool) {
        (self.toast.id == ToastId::Session, self.toast.action.is_some())
    }
}

/// The toasts that are shown, oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ToastQueue {
    shown: Vec<Shown>,
    /// Since when they are paused.
    paused_since_ms: Option<u64>,
    place: ToasterPlace,
    /// The id of the user who is signed in.
    user: Option<AttrValue>,
}

impl ToastQueue {
    /// The toasts that are shown, oldest first.
    pub fn toasts(&self) -> impl Iterator<Item = &Toast> {
        self.shown.iter().map(|shown| &shown.toast)
    }

    /// Whether no toast is shown.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }

    /// Where they are shown.
    #[must_use]
    pub const fn place(&self) -> ToasterPlace {
        self.place
    }

    /// Sets where they are shown.
    pub fn move_to(&mut self, place: ToasterPlace) {
        self.place = place;
    }

    /// The id of the user who is here, if one is.
    #[must_use]
    pub const fn user(&self) -> Option<&AttrValue> {
        self.user.as_ref()
    }

    /// Sets the user who is signed in. For another user the previous user's toasts are removed, except for the session's own,
    /// which contain nothing about the user.
    pub(crate) fn set_user(&mut self, user: Option<AttrValue>) {
        if self.user != user {
            self.shown.retain(|shown| shown.toast.id == ToastId::Session);
            self.user = user;
        }
    }

    /// Shows a toast for its full time. It replaces the one with the same id. An app's toast that only repeats what the session's
    /// says, as for a request that found the session ended, is not shown beside it.
    pub fn show(&mut self, toast: Toast, now_ms: u64) {
        let from_ms = self.paused_since_ms.unwrap_or(now_ms);
        let new = Shown { until_ms: toast.lasts_ms().map(|lasts_ms| from_ms.saturating_add(lasts_ms)), toast };
        if let Some(old) = self.shown.iter_mut().find(|shown| shown.toast.is_replaced_by(&new.toast)) {
            if !new.toast.repeats(&old.toast) {
                *old = new;
            }
            return;
        }
        if self.shown.len() == MOST
            && let Some((place, _)) = self.shown.iter().enumerate().min_by_key(|(_, shown)| shown.rank())
        {
            self.shown.remove(place);
        }
        self.shown.push(new);
    }

    /// Removes a toast, and returns it if it was still shown.
    pub(crate) fn take(&mut self, id: &ToastId) -> Option<Toast> {
        let place = self.shown.iter().position(|shown| shown.toast.id == *id)?;
        Some(self.shown.remove(place).toast)
    }

    /// Removes the newest toast.
    pub fn dismiss_newest(&mut self) {
        self.shown.pop();
    }

    /// Removes the toasts whose time has passed.
    pub fn expire(&mut self, now_ms: u64) {
        if self.paused_since_ms.is_none() {
            self.shown.retain(|shown| shown.until_ms.is_none_or(|until_ms| until_ms > now_ms));
        }
    }

    /// When the next toast is to be removed; `None` if there is none, or while paused.
    #[must_use]
    pub fn next_expiry_ms(&self) -> Option<u64> {
        let next = self.shown.iter().filter_map(|shown| shown.until_ms).min();
        next.filter(|_| self.paused_since_ms.is_none())
    }

    /// Pauses the toasts' timers.
    pub fn pause(&mut self, now_ms: u64) {
        self.paused_since_ms.get_or_insert(now_ms);
    }

    /// Resumes the timers with the time that each toast had left.
    pub fn resume(&mut self, now_ms: u64) {
        if let Some(since_ms) = self.paused_since_ms.take() {
            let paused_ms = now_ms.saturating_sub(since_ms);
            let times = self.shown.iter_mut().filter_map(|shown| shown.until_ms.as_mut());
            times.for_each(|until_ms| *until_ms = until_ms.saturating_add(paused_ms));
        }
    }
}

#[cfg(test)]
mod tests;
