//! A program that runs beside a story: what it says is kept, and it ends with the story at the latest.

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

/// How long a program may take to end when it is asked to; longer than `latchkey serve` gives itself.
const STOP_TIMEOUT: Duration = Duration::from_secs(15);

/// What a variable names.
pub fn path_from_env(variable: &str) -> Result<PathBuf> {
    let value = env::var_os(variable).map(PathBuf::from);
    value.with_context(|| format!("{variable} is not set; `cargo xtask test e2e` builds all and sets it"))
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

    /// What it has output so far.
    pub fn output(&self) -> String {
        self.output.borrow().clone()
    }

    /// Waits until it has output something, and returns what is found in it.
    pub async fn wait_for_output<T>(&self, what: &str, find: impl Fn(&str) -> Option<T>) -> Result<T> {
        let output = eventually(what, async || Ok(self.output()), |output| find(output).is_some()).await?;
        find(&output).context("it has just been found")
    }

    /// Asks it to end, as an operator would, and waits until it has.
    pub async fn stop(&mut self) -> Result<()> {
        let pid = self.child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        kill_process(pid.context("it has ended already")?, Signal::TERM)?;
        let ended = timeout(STOP_TIMEOUT, self.child.wait()).await;
        ended.with_context(|| format!("it does not end; it output {}", self.output()))??;
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
