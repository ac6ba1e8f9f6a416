//! The signals that stop the process.

use std::{fmt, io};

/// Listens for SIGINT, SIGTERM and SIGHUP; for Ctrl-C on other systems than Unix.
#[derive(Debug)]
pub struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    /// `None` if hang-ups are ignored.
    #[cfg(unix)]
    hang_up: Option<tokio::signal::unix::Signal>,
}

/// A signal that asks the process to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StopSignal {
    /// SIGINT, or Ctrl-C.
    Interrupt,
    /// SIGTERM.
    Terminate,
    /// SIGHUP: the terminal was closed, or an operator asks for a new configuration, which takes another start.
    HangUp,
}

impl StopSignal {
    /// The exit code of a process that the signal ended: 128 plus the signal's number.
    #[must_use]
    pub fn exit_code(self) -> i32 {
        match self {
            Self::Interrupt => 128 + 2,
            Self::Terminate => 128 + 15,
            Self::HangUp => 128 + 1,
        }
    }
}

impl fmt::Display for StopSignal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Interrupt => "SIGINT",
            Self::Terminate => "SIGTERM",
            Self::HangUp => "SIGHUP",
        })
    }
}

/// Makes a write beyond the limit of a file's size (`ulimit -f`) fail. Otherwise its signal, SIGXFSZ, ends the process.
/// [`Signals::listen`] does it too.
///
/// # Errors
/// The operating system rejects the handler.
pub fn survive_file_size_limit() -> io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        // The handler stays when this is dropped.
        drop(signal(SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw()))?);
    }
    Ok(())
}

#[cfg(unix)]
impl Signals {
    /// Starts listening. From now on, these signals do not end the process by themselves. A process that was started to ignore SIGHUP, as
    /// by `nohup`, goes on to ignore it.
    ///
    /// # Errors
    /// The operating system rejects the handlers.
    pub fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        survive_file_size_limit()?;
        let hang_up = if ignores_hang_ups() { None } else { Some(signal(SignalKind::hangup())?) };
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())?, hang_up })
    }

    /// Waits for the next signal. SIGHUP is only ever the first one: who closes a terminal may send several, and none of them is meant to
    /// cut requests off.
    pub async fn next(&mut self) -> StopSignal {
        let hang_up = async {
            match &mut self.hang_up {
                Some(hang_up) => hang_up.recv().await,
                None => std::future::pending().await,
            }
        };
        let signal = tokio::select! {
            _ = self.interrupt.recv() => StopSignal::Interrupt,
            _ = self.terminate.recv() => StopSignal::Terminate,
            _ = hang_up => StopSignal::HangUp,
        };
        // The handler stays when this is dropped.
        self.hang_up = None;
        signal
    }
}

/// Whether the process was started with SIGHUP ignored. Only Linux says so.
#[cfg(unix)]
fn ignores_hang_ups() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    // A mask in which SIGHUP, the first signal, has the lowest bit.
    ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
}

#[cfg(not(unix))]
impl Signals {
    /// Starts listening. From now on, these signals do not end the process by themselves.
    ///
    /// # Errors
    /// None.
    pub fn listen() -> io::Result<Self> {
        Ok(Self {})
    }

    /// Waits for the next signal.
    pub async fn next(&mut self) -> StopSignal {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        StopSignal::Interrupt
    }
}
