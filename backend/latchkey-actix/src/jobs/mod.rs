//! Background tasks of a server: their supervision, and the sweeper.

pub mod supervisor;

pub mod sweeper;

mod clock_guard;
