//! A toast: id, tone, text, action and duration.

use std::time::Duration;

use yew::{AttrValue, Callback};

/// Duration of information and successes.
const SHORT_MS: u64 = 5_000;
/// Duration of warnings and errors.
const LONG_MS: u64 = 10_000;
/// Shortest duration of a toast with an action: users of the keyboard or a screen reader need the time to reach it.
const LEAST_WITH_ACTION_MS: u64 = 20_000;

/// The tone of a toast.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Information.
    #[default]
    Info,
    /// Something succeeded.
    Success,
    /// Something needs attention.
    Warning,
    /// Something failed.
    Error,
}

/// The id of a toast. Ids of the app never equal that of the session's own toast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ToastId {
    Session,
    App(AttrValue),
}

/// How long a toast is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stay {
    /// The default of its tone; until it is closed, if it has an action.
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
    /// Information. A second toast with the same `id` replaces the first. `title` is a few words.
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

    /// A success; the arguments are those of [`new`](Self::new).
    #[must_use]
    pub fn success(id: impl Into<AttrValue>, title: impl Into<AttrValue>) -> Self {
        Self { tone: Tone::Success, ..Self::new(id, title) }
    }

    /// An error; the arguments are those of [`new`](Self::new).
    #[must_use]
    pub fn error(id: impl Into<AttrValue>, title: impl Into<AttrValue>) -> Self {
        Self { tone: Tone::Error, ..Self::new(id, title) }
    }

    /// The session's own toast; there is only one.
    pub(crate) fn of_session(tone: Tone, title: AttrValue, detail: AttrValue, lasts_ms: u64) -> Self {
        Self { id: ToastId::Session, tone, detail, stay: Stay::For(lasts_ms), ..Self::new("", title) }
    }

    /// Sets the tone.
    #[must_use]
    pub fn tone(self, tone: Tone) -> Self {
        Self { tone, ..self }
    }

    /// Adds a sentence or two below the title.
    #[must_use]
    pub fn detail(self, detail: impl Into<AttrValue>) -> Self {
        Self { detail: detail.into(), ..self }
    }

    /// Sets the button; there is at most one. Pressing it removes the toast and calls back once. A toast
    /// with a button stays until it is closed, unless it is given a [`duration`](Self::duration).
    #[must_use]
    pub fn action(self, label: impl Into<AttrValue>, run: impl Into<Callback<()>>) -> Self {
        Self { action: Some(Action { label: label.into(), run: run.into() }), ..self }
    }

    /// Sets how long it is shown, without the time in which the pointer or the focus is on it or the page is hidden. At least 20
    /// seconds, if it has a button. By default information and successes are shown for 5 seconds, warnings and errors for 10.
    #[must_use]
    pub fn duration(self, duration: Duration) -> Self {
        Self { stay: Stay::For(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)), ..self }
    }

    /// Keeps it until it is closed.
    #[must_use]
    pub fn sticky(self) -> Self {
        Self { stay: Stay::UntilClosed, ..self }
    }

    /// Whether it says what the session's own toast says.
    pub(super) fn repeats(&self, session: &Self) -> bool {
        session.id == ToastId::Session && self.title == session.detail
    }

    /// Whether it is not shown beside another one.
    pub(super) fn is_replaced_by(&self, new: &Self) -> bool {
        self.id == new.id || self.repeats(new) || new.repeats(self)
    }

    /// How long it is shown; `None` until it is closed.
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
