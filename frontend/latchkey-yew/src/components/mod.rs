//! What users see of the session, and the fields and buttons that it is built of.

mod button;
mod callout;
mod check_field;
pub mod duration;
mod expiry_warning;
mod guard;
mod icon;
mod page_skeleton;
mod progress;
mod reauth_dialog;
mod reconnecting;
mod retry_wait;
mod sign_in_form;
mod submission_error;
mod text_field;
mod unsaved_input;

pub use button::Button;
pub use callout::{CalloutTone, notice};
pub use check_field::CheckField;
pub use expiry_warning::ExpiryWarning;
pub use guard::Guard;
pub use icon::Icon;
pub use page_skeleton::page_skeleton;
pub use progress::Progress;
pub use reauth_dialog::ReauthDialog;
pub use reconnecting::reconnecting_line;
pub use sign_in_form::SignInForm;
pub use submission_error::{SubmissionError, submission_error};
pub use text_field::TextField;
