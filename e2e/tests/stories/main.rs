//! The stories of a person with a session, one file a theme; `notes` is about another app on the libraries. Each has a server, a database and a browser to itself.

mod accessible;
mod broken_start;
mod browsers;
mod crash;
mod devices;
mod display;
mod first_load;
mod foreign_answers;
mod looks;
mod notes;
mod outage;
mod page_state;
mod pending_sign_out;
mod races;
mod reauth;
mod route_changes;
mod session_end;
mod sign_in;
mod sign_out;
mod tabs;
mod translation;
mod unsaved;
mod warning;

/// The user's data.
const ME: &str = "GET /api/me";
/// Signing in.
const LOGIN: &str = "POST /api/login";

/// Every page for which nobody has to sign in.
const PUBLIC: [&str; 4] = ["/", "/auth", "/auth?next=/account&reason=session-expired", "/no/such/page"];
/// Every page for somebody who has.
const PROTECTED: [&str; 4] = ["/dashboard", "/account", "/sessions", "/"];
