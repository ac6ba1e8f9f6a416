//! A toast before it is shown: what it says, how it is meant, what can be done about it and how long it stays.

use std::time::Duration;

use yew::{AttrValue, Callback};

/// How long a toast shows that says that something worked, or is good to know.
const SHORT_MS: u64 = 5_000;
/// How long a toast shows that needs attention.
const LONG_MS: u64 = 10_000;
/// How long a toast with an action shows at least: who uses the keyboard or a screen reader needs the time to get there.
const LEAST_WITH_ACTION_MS: u64 = 20_000;

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

/// What a toast is about. An app's ids and the session's own cannot meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ToastId {
    Session,
    App(AttrValue),
}

/// How long a toast shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stay {
    /// As its tone has it; until it is closed, if it has an action.
    #[default]
    ByTone,
    For(u64),
    UntilClosed,
}

/// A button in a toast.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Action {
    pub(super) label: AttrValue,
    pub(super) run: Callback<()>,
}

/// A short message.
///
/// ```
/// use latchkey_yew::toast::Toast;
/// use yew::Callback;
///
/// let undo = Callback::from(|()| { /* bring the note back */ });
/// let toast = Toast::success("note-7", "Note deleted").action("Undo", undo);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Toast {
    pub(super) id: ToastId,
    pub(super) tone: Tone,
    pub(super) title: AttrValue,
    pub(super) detail: AttrValue,
    pub(super) action: Option<Action>,
    stay: Stay,
}

impl Toast {
    /// A message that is neither good nor bad. `id` says what it is about: a second toast with the same id takes the place of
    /// the first. `title` is a heading of a few words.
    #[must_use]
    pub fn new(id: impl Into<AttrValue>, title: impl Into<AttrValue>) -> Self {
        Self {
            id: ToastId::App(id.into()),
            tone: Tone::Info,
            title: title.into(),
            detail: AttrValue::Static(""),
            action: None,
            stay: Stay::ByTone,
        }
    }

    /// Says that something worked.
    #[must_use]
    pub fn success(id: impl Into<AttrValue>, title: impl Into<AttrValue>) -> Self {
        Self { tone: Tone::Success, ..Self::new(id, title) }
    }

    /// Says that something failed.
    #[must_use]
    pub fn error(id: impl Into<AttrValue>, title: impl Into<AttrValue>) -> Self {
        Self { tone: Tone::Error, ..Self::new(id, title) }
    }

    /// The session's own toast, of which there is one.
    pub(crate) fn of_session(tone: Tone, title: AttrValue, detail: AttrValue, lasts_ms: u64) -> Self {
        Self { id: ToastId::Session, tone, detail, stay: Stay::For(lasts_ms), ..Self::new("", title) }
    }

    /// How it is meant.
    #[must_use]
    pub fn tone(self, tone: Tone) -> Self {
        Self { tone, ..self }
    }

    /// A sentence or two below the title.
    #[must_use]
    pub fn detail(self, detail: impl Into<AttrValue>) -> Self {
        Self { detail: detail.into(), ..self }
    }

    /// Adds a button, or replaces it: there is one at most. Pressing it takes the toast away and calls back, once. A toast
    /// with a button stays until it is closed, unless it is given a [`duration`](Self::duration).
    #[must_use]
    pub fn action(self, label: impl Into<AttrValue>, run: impl Into<Callback<()>>) -> Self {
        Self { action: Some(Action { label: label.into(), run: run.into() }), ..self }
    }

    /// How long it shows, not counting the time in which the pointer or the focus is on it or the page is hidden. At least 20
    /// seconds, if it has a button. Without this, information and successes show for 5 seconds, warnings and errors for 10.
    #[must_use]
    pub fn duration(self, duration: Duration) -> Self {
        Self { stay: Stay::For(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)), ..self }
    }

    /// Has it stay until it is closed.
    #[must_use]
    pub fn sticky(self) -> Self {
        Self { stay: Stay::UntilClosed, ..self }
    }

    /// How long it shows; nothing, if until it is closed.
    pub(super) fn lasts_ms(&self) -> Option<u64> {
        match (self.stay, &self.action) {
            (Stay::UntilClosed, _) | (Stay::ByTone, Some(_)) => None,
            (Stay::For(ms), Some(_)) => Some(ms.max(LEAST_WITH_ACTION_MS)),
            (Stay::For(ms), None) => Some(ms),
            (Stay::ByTone, None) if matches!(self.tone, Tone::Info | Tone::Success) => Some(SHORT_MS),
            (Stay::ByTone, None) => Some(LONG_MS),
        }
    }
}
