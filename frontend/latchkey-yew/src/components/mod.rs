//! The components of the session, and the form elements that they use.

mod conditions;
mod guarded_switch;
mod provider;
mod session_ui;
mod sign_in_form;
mod sign_in_notice;

mod expiry_warning;
mod progress;
mod reauth_dialog;
mod reconnecting_line;

mod button;
mod callout;
mod check_field;
mod page_skeleton;
mod submission_error;
mod text_field;

mod credentials_form;
mod guard;
mod icon;
mod retry_wait;
mod unguarded;
mod unsaved_input;

pub use button::Button;
pub use callout::{CalloutTone, callout};
pub use check_field::CheckField;
pub use conditions::{ConditionProps, SignedIn, SignedOut};
pub use expiry_warning::ExpiryWarning;
pub use guarded_switch::{GuardedSwitch, GuardedSwitchProps};
pub use icon::Icon;
pub use page_skeleton::page_skeleton;
pub use progress::Progress;
pub use provider::{SessionProvider, SessionProviderProps};
pub use reconnecting_line::ReconnectingLine;
pub use session_ui::SessionUi;
pub use sign_in_form::{SignInForm, SignInFormProps};
pub use sign_in_notice::{SignInNotice, use_sign_in_notice};
pub use submission_error::{SubmissionError, submission_error};
pub use text_field::{TextField, TextFieldProps};
