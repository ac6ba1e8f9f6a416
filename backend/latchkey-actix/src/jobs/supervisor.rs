//! Supervision of background tasks. If one of them panics, the server shuts down; and no task outlives its owner.

use std::{convert::Infallible, pin::Pin, sync::Arc};

use tokio::{sync::watch, task::AbortHandle};

use crate::shutdown_state::ShutdownState;

/// A task that never returns.
pub type BackgroundTask = Pin<Box<dyn Future<Output = Infallible> + Send>>;

/// Running tasks. They are aborted when this is dropped.
#[derive(Debug)]
pub struct TaskSupervisor {
    failed: watch::Receiver<Option<&'static str>>,
    tasks: Vec<AbortHandle>,
}

impl TaskSupervisor {
    /// Starts named tasks in the current tokio runtime. If one panics, this is logged and the shutdown begins.
    #[must_use]
    pub fn start(tasks: Vec<(&'static str, BackgroundTask)>, shutdown_state: &Arc<ShutdownState>) -> Self {
        let (report, failed) = watch::channel(None);
        let tasks = tasks.into_iter().map(|(name, task)| {
            let (report, shutdown_state) = (report.clone(), shutdown_state.clone());
            let task = tokio::spawn(task);
            let handle = task.abort_handle();
            tokio::spawn(async move {
                let Err(error) = task.await;
                if error.is_panic() {
                    tracing::error!(task = name, %error, "a background task has panicked; the server shuts down");
                    report.send_replace(Some(name));
                    shutdown_state.begin();
                }
            });
            handle
        });
        Self { failed, tasks: tasks.collect() }
    }

    /// The name of the task that has panicked, if any.
    #[must_use]
    pub fn failed_task(&self) -> Option<&'static str> {
        *self.failed.borrow()
    }
}

impl Drop for TaskSupervisor {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_task_that_panics_is_named_and_begins_the_shutdown() {
        let shutdown_state = Arc::<ShutdownState>::default();
        let tasks: Vec<(_, BackgroundTask)> = vec![
            ("healthy", Box::pin(std::future::pending())),
            ("ill", Box::pin(async { panic!("as the test wants it") })),
        ];
        let supervisor = TaskSupervisor::start(tasks, &shutdown_state);
        shutdown_state.begun().await;
        assert!(shutdown_state.has_begun());
        assert_eq!(supervisor.failed_task(), Some("ill"));
    }

    #[tokio::test]
    async fn no_task_outlives_its_supervisor() {
        let (alive, mut ended) = tokio::sync::mpsc::channel::<()>(1);
        let task: BackgroundTask = Box::pin(async move {
            let _alive = alive;
            std::future::pending().await
        });
        drop(TaskSupervisor::start(vec![("task", task)], &Arc::default()));
        assert_eq!(ended.recv().await, None);
    }
}
