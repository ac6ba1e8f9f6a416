//! An attempt at something that the server must agree to: one at a time, and how the last one went.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use latchkey_shared::ErrorCode;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use latchkey_yew::ApiError;
use latchkey_yew::browser::now_ms;
use latchkey_yew::components::SubmissionError;

/// What to show of an attempt that failed.
fn submission_error(error: &ApiError) -> SubmissionError {
    let code = match error {
        ApiError::Refused(problem) => Some(problem.error_code()),
        _ => None,
    };
    let message = match code {
        // Whose password it is, is known here.
        Some(ErrorCode::BadCredentials) => "This is not your password.".into(),
        _ => error.message().to_owned().into(),
    };
    let after_ms = match error {
        ApiError::TooManyRequests { retry_after_ms, .. } => *retry_after_ms,
        _ => None,
    };
    SubmissionError { code, message, retry_at_ms: after_ms.map(|after_ms| now_ms() + after_ms) }
}

/// The attempt, kept by the component that makes it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Submission {
    state: UseStateHandle<(bool, Option<SubmissionError>)>,
    /// Known at once, where `state` is known only when the component renders again.
    under_way: Rc<Cell<bool>>,
}

/// An attempt; none has been made yet.
#[hook]
pub(super) fn use_submission() -> Submission {
    Submission {
        state: use_state(<(bool, Option<SubmissionError>)>::default),
        under_way: use_memo((), |()| Cell::default()),
    }
}

impl Submission {
    /// Whether it is under way.
    pub(super) fn pending(&self) -> bool {
        self.state.0
    }

    /// What went wrong with the last one.
    pub(super) fn error(&self) -> Option<&SubmissionError> {
        self.state.1.as_ref()
    }

    /// What the last one was refused with, in words, if it was with this code.
    pub(super) fn refused_with(&self, code: ErrorCode) -> Option<AttrValue> {
        self.error().filter(|error| error.code == Some(code)).map(|error| error.message.clone())
    }

    /// Refuses it at once, where it is plain that the server would, with the code that the server would use.
    pub(super) fn refuse(&self, code: ErrorCode, words: &'static str) {
        self.state.set((false, Some(SubmissionError { code: Some(code), message: words.into(), retry_at_ms: None })));
    }

    /// Makes it, unless one is under way. The error of the last one stays until this one is over.
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
            let error = work.await.err().as_ref().map(submission_error);
            under_way.set(false);
            state.set((false, error));
        });
    }
}
