//! A child process of a story: its output is collected, and it is killed when it is dropped.

use std::{env, path::PathBuf, process::Stdio, time::Duration};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, BufReader},
    process::{Child, Command},
    sync::watch,
    time::timeout,
};

use crate::wait::eventually;

/// How long a program may take to end after SIGTERM; longer than the shutdown limit of `latchkey serve`.
const STOP_TIMEOUT: Duration = Duration::from_secs(15);

/// The path in an environment variable.
pub fn path_from_env(variable: &str) -> Result<PathBuf> {
    let value = env::var_os(variable).map(PathBuf::from);
    value.with_context(|| format!("{variable} is not set; `cargo xtask test e2e` sets it"))
}

/// A running program.
#[derive(Debug)]
pub struct Program {
    child: Child,
    output: watch::Sender<String>,
}

impl Program {
    pub fn start(command: &mut Command) -> Result<Self> {
        let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.kill_on_drop(true).spawn().with_context(|| format!("cannot start {command:?}"))?;
        let output = watch::Sender::new(String::new());
        collect_output(child.stdout.take(), output.clone());
        collect_output(child.stderr.take(), output.clone());
        Ok(Self { child, output })
    }

    /// Its standard output and standard error so far.
    pub fn output(&self) -> String {
        self.output.borrow().clone()
    }

    /// Waits until `find` finds something in the output, and returns it.
    pub async fn wait_for_output<T>(&self, what: &str, find: impl Fn(&str) -> Option<T>) -> Result<T> {
        let output = eventually(what, async || Ok(self.output()), |output| find(output).is_some()).await?;
        find(&output).context("it has just been found")
    }

    /// Sends SIGTERM, and waits until the program has ended.
    pub async fn stop(&mut self) -> Result<()> {
        let pid = self.child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        kill_process(pid.context("the program has already ended")?, Signal::TERM)?;
        let ended = timeout(STOP_TIMEOUT, self.child.wait()).await;
        ended.with_context(|| format!("the program does not end; its output: {}", self.output()))??;
        Ok(())
    }
}

fn collect_output(stream: Option<impl AsyncRead + Unpin + Send + 'static>, output: watch::Sender<String>) {
    let Some(stream) = stream else { return };
    tokio::spawn(async move {
        let mut lines = BufReader::new(stream).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            output.send_modify(|output| output.extend([&line, "\n"]));
        }
    });
}
