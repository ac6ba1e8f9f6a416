//! The proxy's log: each request of the browser, when it came and what became of it.

use anyhow::Result;
use hyper::{Request, body::Incoming};
use tokio::sync::watch;

use super::State;
use crate::wait::Stopwatch;

/// A request in the log.
#[derive(Clone, Debug)]
pub(super) struct LoggedRequest {
    /// `GET /dashboard?tab=a`
    pub(super) request: String,
    pub(super) progress: Progress,
    /// Runs since the request came.
    pub(super) age: Stopwatch,
}

/// The state of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    Pending,
    Held,
    Answered(u16),
    Broken,
}

/// A request's entry in the log.
pub(super) struct LogEntry<'a> {
    index: usize,
    request: String,
    state: &'a watch::Sender<State>,
}

impl<'a> LogEntry<'a> {
    pub(super) fn write(request: &Request<Incoming>, state: &'a watch::Sender<State>) -> Self {
        let request = format!("{} {}", request.method(), request.uri());
        let mut index = 0;
        state.send_modify(|state| {
            index = state.log.len();
            state.log.push(LoggedRequest {
                request: request.clone(),
                progress: Progress::Pending,
                age: Stopwatch::start(),
            });
        });
        Self { index, request, state }
    }

    pub(super) fn set_progress(&self, progress: Progress) {
        self.state.send_modify(|state| state.log[self.index].progress = progress);
    }

    pub(super) async fn wait_for_release(&self) -> Result<()> {
        let held = |state: &State| state.held.iter().any(|held| self.request.ends_with(held));
        if held(&self.state.borrow()) {
            self.set_progress(Progress::Held);
            self.state.subscribe().wait_for(|state| !held(state)).await?;
        }
        Ok(())
    }
}

impl Drop for LogEntry<'_> {
    /// Marks the request as broken if it has no answer: the browser cancelled it, the connection was cut, or the server is
    /// down.
    fn drop(&mut self) {
        if !matches!(self.state.borrow().log[self.index].progress, Progress::Answered(_)) {
            self.set_progress(Progress::Broken);
        }
    }
}
