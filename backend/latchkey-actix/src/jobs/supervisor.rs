//! What a server does besides answering. If one of these tasks ends, the server must not go on without it.

use std::{convert::Infallible, pin::Pin};

use actix_web::{dev::ServerHandle, web::Data};
use tokio::sync::watch;

use crate::shutdown_state::ShutdownState;

/// A task that never ends by itself.
pub type BackgroundTask = Pin<Box<dyn Future<Output = Infallible> + Send>>;

/// Tasks under supervision. They go on until their runtime ends.
#[derive(Debug)]
pub struct TaskSupervisor {
    died: watch::Receiver<Option<&'static str>>,
}

impl TaskSupervisor {
    /// Starts tasks, each with a name. If one panics, that is logged, and `/readyz` says no from then on.
    #[must_use]
    pub fn start(tasks: Vec<(&'static str, BackgroundTask)>, shutdown_state: &Data<ShutdownState>) -> Self {
        let (report, died) = watch::channel(None);
        for (name, task) in tasks {
            let (report, shutdown_state) = (report.clone(), shutdown_state.clone());
            tokio::spawn(async move {
                let Err(error) = tokio::spawn(task).await;
                if error.is_panic() {
                    tracing::error!(task = name, %error, "a task that the server needs has died");
                    shutdown_state.begin();
                    report.send_replace(Some(name));
                }
            });
        }
        Self { died }
    }

    /// Stops a server as soon as one of the tasks has died.
    pub fn stop_server_on_failure(&self, server: ServerHandle) {
        let mut died = self.died.clone();
        tokio::spawn(async move {
            if died.wait_for(Option::is_some).await.is_ok() {
                server.stop(true).await;
            }
        });
    }

    /// The task that died, if one has.
    #[must_use]
    pub fn failed_task(&self) -> Option<&'static str> {
        *self.died.borrow()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_task_that_panics_is_named_and_the_server_is_not_ready_any_more() {
        let shutdown_state = Data::<ShutdownState>::default();
        let tasks: Vec<(_, BackgroundTask)> = vec![
            ("healthy", Box::pin(std::future::pending())),
            ("ill", Box::pin(async { panic!("as the test wants it") })),
        ];
        let background = TaskSupervisor::start(tasks, &shutdown_state);
        let mut died = background.died.clone();
        assert_eq!(*died.wait_for(Option::is_some).await.unwrap(), Some("ill"));
        assert!(shutdown_state.has_begun());
        assert_eq!(background.failed_task(), Some("ill"));
    }
}
