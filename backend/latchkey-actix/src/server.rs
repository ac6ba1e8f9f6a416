//! A server with bounded connections, as an alternative to actix-web's own: every wait for a client has a time-out, and when the number
//! of connections reaches the limit of open files, idle ones are closed for new ones.
//!
//! [`Latchkey::bind`](crate::Latchkey::bind) creates one, [`Latchkey::serve`](crate::Latchkey::serve) runs it.

pub use crate::http::server::{
    BoundServer, HttpApp, ListenAddress, ManagedServer, ServerOptions,
    connections::Connections,
    descriptors::raise_open_files_limit,
    signals::{Signals, StopSignal, survive_file_size_limit},
};
