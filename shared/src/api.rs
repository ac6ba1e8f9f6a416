//! The API's paths and its own header, spelled once for the server's route table and the client's calls.

/// `POST`: e-mail and password for a session and its cookie.
pub const LOGIN: &str = "/api/login";
/// `GET`: is the session of the cookie active? The small answer that is asked for on every route change.
pub const VERIFY_SESSION: &str = "/api/verify-session";
/// `GET`: may this request reach a program that Latchkey guards? Reverse proxies ask it, and pass on to the client any answer but a 200.
pub const FORWARD_AUTH: &str = "/api/forward-auth";
/// Parameter of the query of [`FORWARD_AUTH`] by which a proxy that was refused asks for the answer to pass on: there is no 200 then.
pub const EXPLAIN_PARAMETER: &str = "explain";
/// `POST`: end the session of the cookie, and remove the cookie.
pub const LOGOUT: &str = "/api/logout";
/// `GET`: the user of the session. `PATCH`: change the user's name.
pub const ME: &str = "/api/me";
/// `POST`: change the password, which ends every other session.
pub const PASSWORD: &str = "/api/me/password";
/// `POST`: set a password with the token of a one-time link, which ends all sessions of its user.
pub const SET_PASSWORD: &str = "/api/set-password";
/// `GET`: the user's active sessions. `DELETE`: end all but this one.
pub const SESSIONS: &str = "/api/sessions";
/// `DELETE` with a [`SessionId`](crate::SessionId) after it: end one of the user's sessions.
pub const SESSION: &str = "/api/sessions/{id}";
/// `POST`: move the session's deadline, where the server lets it.
pub const REFRESH_SESSION: &str = "/api/refresh-session";
/// `GET`: [what happens to the session](crate::events), as a `text/event-stream`.
pub const SESSION_EVENTS: &str = "/api/session-events";
/// `GET`: this API, as an OpenAPI 3.1 document.
pub const OPENAPI: &str = "/api/openapi.json";
/// `GET`: is the process alive? Asks nobody.
pub const HEALTHZ: &str = "/healthz";
/// `GET`: can the process do its work? Asks the store.
pub const READYZ: &str = "/readyz";

/// The app's page that one-time links lead to. The token is in the fragment, which browsers do not send: `/set-password#token=…`.
pub const SET_PASSWORD_PAGE: &str = "/set-password";

/// Request header in which a client names the session that it believes in, by [`SessionId`](crate::SessionId). When
/// the cookie belongs to another session the answer is 409 `session-changed`, and nothing is done.
pub const SESSION_HEADER: &str = "x-session";

/// Request header by which a client reports that the user did something: it counts as activity against the idle limit. Its
/// value is how many milliseconds ago that was; anything else means now. Mutations and documents count without it; checks,
/// streams and polls that nothing the user did is behind do not carry it.
pub const ACTIVITY_HEADER: &str = "x-activity";

/// Request header, of any value, by which a client asks for a 401 that leaves the cookie alone. A call that does not keep log-ins
/// waiting sends it: its late answer must not remove the cookie of a fresh session.
pub const KEEP_COOKIE_HEADER: &str = "x-keep-cookie";

/// Header of the 200 of [`FORWARD_AUTH`] and of verify that names the user by [`UserId`](crate::UserId), for a reverse proxy that
/// asks on behalf of another program: it can pass on a header, but reads no body.
pub const USER_HEADER: &str = "x-auth-user";

/// Header of the 200 of [`FORWARD_AUTH`] with the user's e-mail address. What is not ASCII in it, and `%`, is percent-encoded UTF-8.
pub const EMAIL_HEADER: &str = "x-auth-email";

/// Header of the 200 of [`FORWARD_AUTH`] with the user's name as percent-encoded UTF-8, as `encodeURIComponent` writes it.
pub const NAME_HEADER: &str = "x-auth-name";

/// Header of every answer of [`VERIFY_SESSION`], 200 or not, that names the build of the app that the server has; absent
/// where it has none. A page of another build, [`BUILD_META`], is an old one.
pub const BUILD_HEADER: &str = "x-build";

/// The name of the `<meta>` in which the server tells a page its own build.
pub const BUILD_META: &str = "latchkey-build";

/// The name of the `<meta>` in which the server tells a page the prefixes of other programs' paths that `next` may lead to, separated
/// by blanks: see [`next::guarded`](crate::next::guarded).
pub const GUARDED_META: &str = "latchkey-guarded";

/// The `id` of the `<script type="application/json">` in which the server hands a page its
/// [`InitialSession`](crate::InitialSession).
pub const INITIAL_SESSION_ELEMENT: &str = "initial-session";

/// The `id` of the element of the page into which the server writes the user's name, so that it is there from the first
/// paint on. The app puts the same in its place when it arrives.
pub const INITIAL_USER_ELEMENT: &str = "initial-user";

/// The longest request body that is read, in bytes; longer ones are answered with 413.
pub const MAX_BODY_BYTES: usize = 16 * 1024;

/// The media type of an error (RFC 9457).
pub const PROBLEM_JSON: &str = "application/problem+json";
