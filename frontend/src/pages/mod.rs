//! The pages, one a file.

mod placeholder;

pub use placeholder::{Account, Dashboard, Home, NotFound, SignIn};
