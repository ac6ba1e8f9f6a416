//! Tells the service manager how the server is (systemd's `Type=notify`): a datagram to the socket that `NOTIFY_SOCKET` names, as in
//! `sd_notify(3)`. Without the variable, nothing is told.

use std::{
    env,
    ffi::OsStr,
    io,
    os::unix::{ffi::OsStrExt, net::UnixDatagram},
    process,
    time::Duration,
};

use tokio::time::interval;

/// The service manager that started this process, if one did and wants to be told.
#[derive(Debug)]
pub struct ServiceManager {
    socket: Option<UnixDatagram>,
    /// How often it wants a sign of life.
    watchdog: Option<Duration>,
}

impl ServiceManager {
    /// The service manager that the environment names.
    #[must_use]
    pub fn from_env() -> Self {
        let socket = env::var_os("NOTIFY_SOCKET").filter(|name| !name.is_empty()).and_then(|name| {
            let connected = connect(&name);
            connected.inspect_err(|error| tracing::warn!(%error, "cannot notify the service manager")).ok()
        });
        let (every, of) = (env::var("WATCHDOG_USEC").ok(), env::var("WATCHDOG_PID").ok());
        Self { socket, watchdog: watchdog(every.as_deref(), of.as_deref(), process::id()) }
    }

    /// Tells that the server listens and answers requests.
    pub fn ready(&self) {
        self.tell("READY=1\nSTATUS=Serving");
    }

    /// Tells that the server stops.
    pub fn stopping(&self) {
        self.tell("STOPPING=1\nSTATUS=Finishing the requests in flight");
    }

    /// Gives signs of life for as long as this is polled, if they are wanted (`WatchdogSec`).
    pub async fn keep_alive(&self) {
        let Some(watchdog) = self.watchdog else { return std::future::pending().await };
        let mut signs = interval(watchdog / 2);
        loop {
            signs.tick().await;
            self.tell("WATCHDOG=1");
        }
    }

    fn tell(&self, state: &str) {
        let Some(socket) = &self.socket else { return };
        if let Err(error) = socket.send(state.as_bytes()) {
            tracing::warn!(%error, "cannot notify the service manager");
        }
    }
}

/// Connects to a socket by its path, or by its name after `@` in Linux's abstract namespace.
fn connect(name: &OsStr) -> io::Result<UnixDatagram> {
    let socket = UnixDatagram::unbound()?;
    // A manager that does not read must not hold the server up.
    socket.set_nonblocking(true)?;
    match name.as_bytes().strip_prefix(b"@") {
        Some(name) => connect_to_abstract(&socket, name)?,
        None => socket.connect(name)?,
    }
    Ok(socket)
}

#[cfg(target_os = "linux")]
fn connect_to_abstract(socket: &UnixDatagram, name: &[u8]) -> io::Result<()> {
    use std::os::{linux::net::SocketAddrExt, unix::net::SocketAddr};
    socket.connect_addr(&SocketAddr::from_abstract_name(name)?)
}

#[cfg(not(target_os = "linux"))]
fn connect_to_abstract(_: &UnixDatagram, _: &[u8]) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// How often a sign of life is wanted: `WATCHDOG_USEC`, unless `WATCHDOG_PID` is another process.
fn watchdog(every: Option<&str>, of: Option<&str>, process: u32) -> Option<Duration> {
    let mine = of.is_none_or(|of| of.parse() == Ok(process));
    let every = every?.parse().ok().filter(|microseconds| *microseconds >= 2)?;
    mine.then(|| Duration::from_micros(every))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_life_are_given_only_if_this_process_is_to() {
        let second = Some(Duration::from_secs(1));
        assert_eq!(watchdog(Some("1000000"), None, 7), second);
        assert_eq!(watchdog(Some("1000000"), Some("7"), 7), second);
        assert_eq!(watchdog(Some("1000000"), Some("8"), 7), None);
        for every in [None, Some(""), Some("0"), Some("soon"), Some("-5")] {
            assert_eq!(watchdog(every, None, 7), None, "{every:?}");
        }
    }
}
