//! An attempt at something that the server must agree to: one at a time, and how the last one went.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use latchkey_shared::ErrorCode;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::countdown;
use crate::api::ApiError;
use crate::browser::now_ms;
use crate::components::{NoticeTone, notice};

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Trouble {
    /// The server's code, if it refused.
    pub(super) code: Option<ErrorCode>,
    /// What to tell the person.
    pub(super) words: AttrValue,
    /// Until when the server looks at no further attempt, if it said so, on the clock of `browser::now_ms`.
    pub(super) until_ms: Option<u64>,
}

impl Trouble {
    /// The trouble with signing in.
    pub(super) fn of(words: Option<String>, until_ms: Option<u64>) -> Option<Self> {
        let told = words.is_some() || until_ms.is_some();
        told.then(|| Self { code: None, words: words.unwrap_or_default().into(), until_ms })
    }
}

impl From<ApiError> for Trouble {
    fn from(error: ApiError) -> Self {
        let (code, after_ms) = match &error {
            ApiError::Refused(problem) => (Some(problem.code), None),
            ApiError::TooManyAttempts { retry_after_ms, .. } => (None, *retry_after_ms),
            ApiError::CannotTell { .. } => (None, None),
        };
        let words = match code {
            // Whose password it is, is known here.
            Some(ErrorCode::BadCredentials) => "This is not your password.".into(),
            Some(ErrorCode::ReauthRequired) => "Nothing was done, because you did not confirm your password.".into(),
            _ => error.words().into(),
        };
        Self { code, words, until_ms: after_ms.map(|after_ms| now_ms() + after_ms) }
    }
}

/// The attempt, kept by the component that makes it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Attempt {
    state: UseStateHandle<(bool, Option<Trouble>)>,
    /// Known at once, where `state` is known only when the component renders again.
    under_way: Rc<Cell<bool>>,
}

/// An attempt; none has been made yet.
#[hook]
pub(super) fn use_attempt() -> Attempt {
    Attempt { state: use_state(<(bool, Option<Trouble>)>::default), under_way: use_memo((), |()| Cell::default()) }
}

impl Attempt {
    /// Whether it is under way.
    pub(super) fn pending(&self) -> bool {
        self.state.0
    }

    /// What went wrong with the last one.
    pub(super) fn trouble(&self) -> Option<&Trouble> {
        self.state.1.as_ref()
    }

    /// What the last one was refused with, in words, if it was with this code.
    pub(super) fn refused_with(&self, code: ErrorCode) -> Option<AttrValue> {
        self.trouble().filter(|trouble| trouble.code == Some(code)).map(|trouble| trouble.words.clone())
    }

    /// Refuses it at once, where it is plain that the server would, with the code that the server would use.
    pub(super) fn refuse(&self, code: ErrorCode, words: &'static str) {
        self.state.set((false, Some(Trouble { code: Some(code), words: words.into(), until_ms: None })));
    }

    /// Makes it, unless one is under way. The trouble with the last one stays until this one is over.
    pub(super) fn start(&self, work: impl Future<Output = Result<(), ApiError>> + 'static) {
        self.start_boxed(Box::pin(work));
    }

    /// Boxed, so that the code is there once for all kinds of work.
    fn start_boxed(&self, work: Pin<Box<dyn Future<Output = Result<(), ApiError>>>>) {
        if self.under_way.replace(true) {
            return;
        }
        let Self { state, under_way } = self.clone();
        state.set((true, state.1.clone()));
        spawn_local(async move {
            let trouble = work.await.err().map(Trouble::from);
            under_way.set(false);
            state.set((false, trouble));
        });
    }
}

/// Tells what went wrong with the last attempt, and how long to wait for the next. The element is always there, because a
/// form must not lose its fields when the words come and go.
pub(super) fn trouble_notice(trouble: Option<&Trouble>, left_s: Option<u64>, pending: bool) -> Html {
    let words = trouble.map(|trouble| match (trouble.until_ms, left_s) {
        (None, _) => notice(NoticeTone::Error, None, html! { &trouble.words }),
        (Some(_), Some(left_s @ 1..)) => notice(NoticeTone::Error, Some("Too many attempts"), countdown::words(left_s)),
        (Some(_), _) => notice(NoticeTone::Info, None, html! { "You can try again now." }),
    });
    html! {
        <div class="trouble">
            if let Some(words) = words {
                <div role="alert" class={pending.then_some("stale")}>{ words }</div>
            }
        </div>
    }
}
