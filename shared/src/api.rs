//! The API's paths and its own header, spelled once for the server's route table and the client's calls.

/// `POST`: e-mail and password for a session and its cookie.
pub const LOGIN: &str = "/api/login";
/// `GET`: is the session of the cookie active? The small answer that is asked for on every route change.
pub const VERIFY_SESSION: &str = "/api/verify-session";
/// `POST`: end the session of the cookie, and remove the cookie.
pub const LOGOUT: &str = "/api/logout";
/// `GET`: the user of the session.
pub const ME: &str = "/api/me";
/// `GET`: is the process alive? Asks nobody.
pub const HEALTHZ: &str = "/healthz";
/// `GET`: can the process do its work? Asks the store.
pub const READYZ: &str = "/readyz";

/// Request header in which a client names the session that it believes in, by [`SessionId`](crate::SessionId). When
/// the cookie belongs to another session the answer is 409 `session-changed`, and nothing is done.
pub const SESSION_HEADER: &str = "X-Session";

/// The `id` of the `<script type="application/json">` in which the server hands a page its
/// [`InitialSession`](crate::InitialSession).
pub const INITIAL_SESSION_ELEMENT: &str = "initial-session";

/// The longest request body that is read, in bytes; longer ones are answered with 413.
pub const MAX_BODY_BYTES: usize = 16 * 1024;

/// The media type of an error (RFC 9457).
pub const PROBLEM_JSON: &str = "application/problem+json";
