//! Background tasks of a server.

pub mod supervisor;

pub mod sweeper;

mod clock_guard;
