//! Which toasts show, and until when. Pure: the time is an argument.

use yew::AttrValue;

/// How many toasts show at most; a further one takes the place of the oldest.
const MOST: usize = 4;

/// How a toast is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Neither good nor bad.
    #[default]
    Info,
    /// Something worked.
    Success,
    /// Something needs attention.
    Warning,
    /// Something failed.
    Error,
}

/// Where the toasts show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ToasterPlace {
    /// In a corner of the page.
    #[default]
    Page,
    /// Inside the modal dialog that is open: whatever is outside of it can be neither clicked nor reached nor heard.
    Dialog,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    /// What the message is about. A second toast with this id takes the place of the first.
    pub id: &'static str,
    /// How it is meant.
    pub tone: Tone,
    /// A heading of two or three words.
    pub title: AttrValue,
    /// A sentence or two; may be empty.
    pub detail: AttrValue,
    /// How long it shows, not counting the time for which toasts are held.
    pub lasts_ms: u64,
}

impl Toast {
    /// Says that something worked.
    #[must_use]
    pub fn done(id: &'static str, title: impl Into<AttrValue>, detail: impl Into<AttrValue>) -> Self {
        Self { id, tone: Tone::Success, title: title.into(), detail: detail.into(), lasts_ms: 5_000 }
    }
}

/// A toast that shows, and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Shown {
    toast: Toast,
    until_ms: u64,
}

/// The toasts that show, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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

    /// Says who is here from now on. If it is another one, nothing stays that was said to the user before; the toast with
    /// the id `kept` was said to nobody in particular.
    pub fn set_user(&mut self, user: Option<AttrValue>, kept: &str) {
        if self.user != user {
            self.shown.retain(|shown| shown.toast.id == kept);
            self.user = user;
        }
    }

    /// Shows a toast for its full time, in the place of the one with its id if that still shows.
    pub fn show(&mut self, toast: Toast, now_ms: u64) {
        let until_ms = self.paused_since_ms.unwrap_or(now_ms) + toast.lasts_ms;
        let new = Shown { toast, until_ms };
        if let Some(old) = self.shown.iter_mut().find(|shown| shown.toast.id == new.toast.id) {
            *old = new;
            return;
        }
        if self.shown.len() == MOST {
            self.shown.remove(0);
        }
        self.shown.push(new);
    }

    /// Takes a toast away.
    pub fn dismiss(&mut self, id: &str) {
        self.shown.retain(|shown| shown.toast.id != id);
    }

    /// Takes the newest toast away.
    pub fn dismiss_newest(&mut self) {
        self.shown.pop();
    }

    /// Takes those away whose time has passed.
    pub fn expire(&mut self, now_ms: u64) {
        if self.paused_since_ms.is_none() {
            self.shown.retain(|shown| shown.until_ms > now_ms);
        }
    }

    /// When the next toast's time will have passed, unless time stands still.
    #[must_use]
    pub fn next_expiry_ms(&self) -> Option<u64> {
        let next = self.shown.iter().map(|shown| shown.until_ms).min();
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
            self.shown.iter_mut().for_each(|shown| shown.until_ms += paused_ms);
        }
    }
}

#[cfg(test)]
mod tests;
