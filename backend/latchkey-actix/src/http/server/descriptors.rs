//! The limit of open files, and what it leaves for connections and event streams.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// More than the server can make use of; some systems say a billion for "unlimited".
const ENOUGH: u64 = 1 << 20;

/// Files of the server's own: the database's, sockets to listen on, the log.
const OWN_FILES: u64 = 128;

/// How many connections and event streams there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Open connections, those of event streams included.
    pub connections: usize,
    /// Event streams: never more than half of the connections, so that requests find a place beside them.
    pub event_streams: usize,
}

impl Budget {
    /// What a limit of open files leaves, if so many streams are asked for.
    #[must_use]
    pub fn of(open_files: u64, event_streams: u32) -> Self {
        let open_files = open_files.min(ENOUGH);
        let connections = (open_files - OWN_FILES.min(open_files / 4)).max(2);
        // At most ENOUGH: it fits.
        let connections = usize::try_from(connections).unwrap_or(usize::MAX);
        Self { connections, event_streams: (event_streams as usize).min(connections / 2) }
    }
}

/// Raises the limit of open files as far as this process may, and shares it out; says in the log what came of it.
#[must_use]
pub fn budget(event_streams: u32) -> Budget {
    let open_files = raised();
    let budget = Budget::of(open_files, event_streams);
    let Budget { connections, event_streams: streams } = budget;
    if streams < event_streams as usize {
        tracing::warn!(
            open_files,
            connections,
            event_streams = streams,
            "the limit of open files is too low for LATCHKEY_EVENT_STREAMS={event_streams}: raise it (ulimit -n, LimitNOFILE)"
        );
    } else {
        tracing::info!(open_files, connections, event_streams = streams, "limits");
    }
    budget
}

/// The soft limit of open files, after it was raised to the hard one.
fn raised() -> u64 {
    let limit = getrlimit(Resource::Nofile);
    let soft = limit.current.unwrap_or(ENOUGH);
    let wanted = limit.maximum.unwrap_or(ENOUGH).min(ENOUGH);
    if wanted <= soft {
        return soft;
    }
    match setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum: limit.maximum }) {
        Ok(()) => wanted,
        Err(error) => {
            tracing::warn!(%error, "cannot raise the limit of open files");
            soft
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_connections_are_left_to_requests() {
        assert_eq!(Budget::of(1024, 10_000), Budget { connections: 896, event_streams: 448 });
        assert_eq!(Budget::of(1024, 100), Budget { connections: 896, event_streams: 100 });
        assert_eq!(Budget::of(65_536, 10_000), Budget { connections: 65_408, event_streams: 10_000 });
    }

    #[test]
    fn any_limit_leaves_something() {
        assert_eq!(Budget::of(0, 10), Budget { connections: 2, event_streams: 1 });
        assert_eq!(Budget::of(64, 10_000), Budget { connections: 48, event_streams: 24 });
        assert_eq!(Budget::of(u64::MAX, u32::MAX).connections, (1 << 20) - 128);
    }
}
