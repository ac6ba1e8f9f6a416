//! The limit of open files, and the limits of connections and event streams that follow from it.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The most files that the server makes use of. Some systems report a billion for "unlimited".
const MAX_OPEN_FILES: u64 = 1 << 20;

/// Files that the server needs besides connections: the database, listening sockets, the log.
const OWN_FILES: u64 = 128;

/// The limits that follow from the limit of open files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Most open connections, including those of event streams.
    pub connections: usize,
    /// Most event streams: at most half of the connections, so that requests can be served beside them.
    pub event_streams: usize,
}

impl Budget {
    /// The limits for a limit of open files and the configured number of event streams.
    #[must_use]
    pub fn of(open_files: u64, event_streams: usize) -> Self {
        let open_files = open_files.min(MAX_OPEN_FILES);
        let connections = (open_files - OWN_FILES.min(open_files / 4)).max(2);
        // At most MAX_OPEN_FILES, so this cannot fail.
        let connections = usize::try_from(connections).unwrap_or(usize::MAX);
        Self { connections, event_streams: event_streams.min(connections / 2) }
    }
}

/// The limits for this process. Logs them, and warns if fewer event streams than configured are possible.
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

/// The most connections that this process's limit of open files allows.
#[must_use]
pub fn connections() -> usize {
    Budget::of(open_files(), 0).connections
}

/// The soft limit of open files.
fn open_files() -> u64 {
    getrlimit(Resource::Nofile).current.unwrap_or(MAX_OPEN_FILES)
}

/// Raises this process's limit of open files to its hard limit. Call it before a [`Latchkey`](crate::Latchkey) is started or a server is
/// bound, because both derive limits from it.
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
    fn half_of_the_connections_are_reserved_for_requests() {
        assert_eq!(Budget::of(1024, 10_000), Budget { connections: 896, event_streams: 448 });
        assert_eq!(Budget::of(1024, 100), Budget { connections: 896, event_streams: 100 });
        assert_eq!(Budget::of(65_536, 10_000), Budget { connections: 65_408, event_streams: 10_000 });
    }

    #[test]
    fn every_limit_allows_a_connection_and_a_stream() {
        assert_eq!(Budget::of(0, 10), Budget { connections: 2, event_streams: 1 });
        assert_eq!(Budget::of(64, 10_000), Budget { connections: 48, event_streams: 24 });
        assert_eq!(Budget::of(u64::MAX, usize::MAX).connections, (1 << 20) - 128);
    }
}
