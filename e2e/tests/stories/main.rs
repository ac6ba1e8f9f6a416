//! End-to-end tests, one file per theme; `notes` tests the second app built on the libraries. Each story has its own server,
//! database and browser.

mod accessible;
mod broken_start;
mod browsers;
mod budgets;
mod crash;
mod devices;
mod display;
mod first_load;
mod foreign_answers;
mod kept_pages;
mod looks;
mod missing_rest;
mod notes;
mod outage;
mod page_state;
mod pending_sign_out;
mod races;
mod reauth;
mod roll_out;
mod route_changes;
mod session_end;
mod set_password;
mod sign_in;
mod sign_out;
mod tabs;
mod translation;
mod unsaved;
mod warning;

/// Fetching the user.
const ME: &str = "GET /api/me";
/// The log-in.
const LOGIN: &str = "POST /api/login";

/// The pages that need no session.
const PUBLIC: [&str; 5] =
    ["/", "/auth", "/auth?next=/account&reason=session-expired", "/set-password", "/no/such/page"];
/// The pages of a signed-in user.
const PROTECTED: [&str; 4] = ["/dashboard", "/account", "/sessions", "/"];
