//! Which toasts show, and until when. Pure: the time is an argument.

use yew::AttrValue;

use super::message::{Toast, ToastId};

/// How many toasts show at most; a further one takes the place of the oldest, one without an action first.
const MOST: usize = 4;

/// Where the toasts show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ToasterPlace {
    /// In a corner of the page.
    #[default]
    Page,
    /// Inside the modal dialog that is open: whatever is outside of it can be neither clicked nor reached nor heard.
    Dialog,
}

/// A toast that shows, and until when.
#[derive(Clone, Debug, PartialEq)]
struct Shown {
    toast: Toast,
    /// Nothing, if it stays until it is closed.
    until_ms: Option<u64>,
}

impl Shown {
    /// Whom a further toast takes the place of, least first: the session's own is the last to go.
    fn rank(&self) -> (bool, bool) {
        (self.toast.id == ToastId::Session, self.toast.action.is_some())
    }
}

/// The toasts that show, oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ToastQueue {
    shown: Vec<Shown>,
    /// Since when time stands still for them, if it does.
    paused_since_ms: Option<u64>,
    place: ToasterPlace,
    /// The id of the user who is here.
    user: Option<AttrValue>,
}

impl ToastQueue {
    /// The toasts that show, oldest first.
    pub fn toasts(&self) -> impl Iterator<Item = &Toast> {
        self.shown.iter().map(|shown| &shown.toast)
    }

    /// Whether none shows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }

    /// Where they show.
    #[must_use]
    pub const fn place(&self) -> ToasterPlace {
        self.place
    }

    /// Has them show elsewhere from now on.
    pub fn move_to(&mut self, place: ToasterPlace) {
        self.place = place;
    }

    /// The id of the user who is here, if one is.
    #[must_use]
    pub const fn user(&self) -> Option<&AttrValue> {
        self.user.as_ref()
    }

    /// Says who is here from now on. If it is another one, nothing stays that was said to the user before; what the session
    /// says is said to nobody in particular.
    pub(crate) fn set_user(&mut self, user: Option<AttrValue>) {
        if self.user != user {
            self.shown.retain(|shown| shown.toast.id == ToastId::Session);
            self.user = user;
        }
    }

    /// Shows a toast for its full time, in the place of the one with its id if that still shows.
    pub fn show(&mut self, toast: Toast, now_ms: u64) {
        let from_ms = self.paused_since_ms.unwrap_or(now_ms);
        let new = Shown { until_ms: toast.lasts_ms().map(|lasts_ms| from_ms.saturating_add(lasts_ms)), toast };
        if let Some(old) = self.shown.iter_mut().find(|shown| shown.toast.id == new.toast.id) {
            *old = new;
            return;
        }
        if self.shown.len() == MOST
            && let Some((place, _)) = self.shown.iter().enumerate().min_by_key(|(_, shown)| shown.rank())
        {
            self.shown.remove(place);
        }
        self.shown.push(new);
    }

    /// Takes a toast away, and returns it if it still showed.
    pub(crate) fn take(&mut self, id: &ToastId) -> Option<Toast> {
        let place = self.shown.iter().position(|shown| shown.toast.id == *id)?;
        Some(self.shown.remove(place).toast)
    }

    /// Takes the newest toast away.
    pub fn dismiss_newest(&mut self) {
        self.shown.pop();
    }

    /// Takes those away whose time has passed.
    pub fn expire(&mut self, now_ms: u64) {
        if self.paused_since_ms.is_none() {
            self.shown.retain(|shown| shown.until_ms.is_none_or(|until_ms| until_ms > now_ms));
        }
    }

    /// When the next toast's time will have passed, unless time stands still.
    #[must_use]
    pub fn next_expiry_ms(&self) -> Option<u64> {
        let next = self.shown.iter().filter_map(|shown| shown.until_ms).min();
        next.filter(|_| self.paused_since_ms.is_none())
    }

    /// Lets time stand still for the toasts, as long as somebody may be reading or nobody can.
    pub fn pause(&mut self, now_ms: u64) {
        self.paused_since_ms.get_or_insert(now_ms);
    }

    /// Lets time go on: every toast has as much left as it had.
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
