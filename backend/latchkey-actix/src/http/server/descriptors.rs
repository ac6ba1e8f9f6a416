//! The limit of open files, and what it leaves for connections and event streams.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// More than the server can make use of; some systems say a billion for "unlimited".
const MAX_OPEN_FILES: u64 = 1 << 20;

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
    pub fn of(open_files: u64, event_streams: usize) -> Self {
        let open_files = open_files.min(MAX_OPEN_FILES);
        let connections = (open_files - OWN_FILES.min(open_files / 4)).max(2);
        // At most MAX_OPEN_FILES: it fits.
        let connections = usize::try_from(connections).unwrap_or(usize::MAX);
        Self { connections, event_streams: event_streams.min(connections / 2) }
    }
}

/// Shares out the limit of open files, and logs the result.
#[must_use]
pub fn budget(event_streams: usize) -> Budget {
    let open_files = open_files();
    let budget = Budget::of(open_files, event_streams);
    let Budget { connections, event_streams: streams } = budget;
    if streams < event_streams {
        tracing::warn!(
            open_files,
            connections,
            event_streams = streams,
            "the limit of open files is too low for {event_streams} event streams: raise it (ulimit -n, LimitNOFILE), or lower \
             event_streams (LATCHKEY_EVENT_STREAMS)"
        );
    } else {
        tracing::info!(open_files, connections, event_streams = streams, "limits");
    }
    budget
}

/// How many connections the limit of open files allows.
#[must_use]
pub fn connections() -> usize {
    Budget::of(open_files(), 0).connections
}

/// The soft limit of open files.
fn open_files() -> u64 {
    getrlimit(Resource::Nofile).current.unwrap_or(MAX_OPEN_FILES)
}

/// Raises this process's limit of open files as far as it may; call it before anything is started that depends on the limit.
pub fn raise_open_files_limit() {
    let limit = getrlimit(Resource::Nofile);
    let wanted = limit.maximum.unwrap_or(MAX_OPEN_FILES).min(MAX_OPEN_FILES);
    if wanted > limit.current.unwrap_or(MAX_OPEN_FILES)
        && let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum: limit.maximum })
    {
        tracing::warn!(%error, "cannot raise the limit of open files");
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
        assert_eq!(Budget::of(u64::MAX, usize::MAX).connections, (1 << 20) - 128);
    }
}
