//! The calls that the app's own pages make.

mod account;
mod devices;

pub use account::{change_password, change_profile};
pub use devices::{devices, end_device, end_other_devices};
