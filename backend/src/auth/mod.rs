//! The session's rules, and the data access layer that everything which touches a user's data goes through. Nothing
//! here knows HTTP or SQL; nothing here reads a clock but through [`Clock`](crate::clock::Clock).

pub mod service;

pub mod cache;
pub mod email;
pub mod password;
pub mod policy;
pub mod token;

pub use service::{ActiveSession, LogIn, SessionService, Verdict};
pub use token::Token;
