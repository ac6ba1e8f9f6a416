//! The requests of the app's own pages.

mod account;
mod devices;

pub use account::{change_password, change_profile, set_password};
pub use devices::{devices, end_device, end_other_devices};
