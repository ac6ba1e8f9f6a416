//! The submission of a form: one request at a time, and the error of the last one.

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

/// The error to show for a failed request.
fn submission_error(error: &ApiError) -> SubmissionError {
    let code = match error {
        ApiError::Refused(problem) => Some(problem.error_code()),
        _ => None,
    };
    let message = match code {
        // The server's message is for a log-in; here the user is known.
        Some(ErrorCode::BadCredentials) => "This is not your password.".into(),
        _ => error.message(),
    };
    let after_ms = match error {
        ApiError::TooManyRequests { retry_after_ms, .. } => *retry_after_ms,
        _ => None,
    };
    SubmissionError { code, message, retry_at_ms: after_ms.map(|after_ms| now_ms() + after_ms) }
}

/// The state of a form's submission.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Submission {
    state: UseStateHandle<(bool, Option<SubmissionError>)>,
    /// Set at once, while `state` changes with the next rendering: a second click must not send a second request.
    in_progress: Rc<Cell<bool>>,
}

/// A submission for the component that calls the hook.
#[hook]
pub(super) fn use_submission() -> Submission {
    Submission {
        state: use_state(<(bool, Option<SubmissionError>)>::default),
        in_progress: use_memo((), |()| Cell::default()),
    }
}

impl Submission {
    /// Whether a request is in flight.
    pub(super) fn pending(&self) -> bool {
        self.state.0
    }

    /// The error of the last request.
    pub(super) fn error(&self) -> Option<&SubmissionError> {
        self.state.1.as_ref()
    }

    /// The message of the last error, if it has this code.
    pub(super) fn refused_with(&self, code: ErrorCode) -> Option<AttrValue> {
        self.error().filter(|error| error.code == Some(code)).map(|error| error.message.clone())
    }

    /// Sets an error without a request, for input that the server would refuse with this code.
    pub(super) fn refuse(&self, code: ErrorCode, message: &'static str) {
        self.state.set((false, Some(SubmissionError { code: Some(code), message: message.into(), retry_at_ms: None })));
    }

    /// Starts a request, unless one is in flight. The last error stays visible until the request is answered.
    pub(super) fn start(&self, work: impl Future<Output = Result<(), ApiError>> + 'static) {
        self.start_boxed(Box::pin(work));
    }

    /// Takes a boxed future, so that its code is compiled only once.
    fn start_boxed(&self, work: Pin<Box<dyn Future<Output = Result<(), ApiError>>>>) {
        if self.in_progress.replace(true) {
            return;
        }
        let Self { state, in_progress } = self.clone();
        state.set((true, state.1.clone()));
        spawn_local(async move {
            let error = work.await.err().as_ref().map(submission_error);
            in_progress.set(false);
            state.set((false, error));
        });
    }
}
