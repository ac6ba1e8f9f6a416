//! A server with bounded connections, for those who need more than actix-web's own: every wait for a client has a time-out, and when
//! there are as many connections as the limit of open files allows, idle ones make room for new ones.
//!
//! [`Latchkey::bind`](crate::Latchkey::bind) makes one, [`Latchkey::serve`](crate::Latchkey::serve) runs it.

pub use crate::http::server::{
    BoundServer, ManagedServer, ServerOptions,
    connections::Connections,
    descriptors::raise_open_files_limit,
    signals::{Signals, StopSignal, survive_file_size_limit},
};
