//! Which toasts show, and until when. Pure: the time is an argument.

use std::borrow::Cow;

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

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    /// What the message is about. A second toast with this id takes the place of the first.
    pub id: &'static str,
    /// How it is meant.
    pub tone: Tone,
    /// A heading of two or three words.
    pub title: Cow<'static, str>,
    /// A sentence or two; may be empty.
    pub detail: Cow<'static, str>,
    /// How long it shows while nobody looks at it more closely.
    pub lasts_ms: u32,
}

/// The toasts that show, oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ToastQueue {}
