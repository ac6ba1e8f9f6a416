//! The OpenAPI descriptions of all operations, except for method, path and session, which the route table has. The functions are in the
//! order of the table.

use latchkey_shared::{
    Device, EndReason, EndedSessions, Login, PasswordChange, ProfileChange, Session, SessionId, SetPassword, SignedIn,
    Timestamp, User, UserId, Verified,
    events::{Ended, UserChanged},
};
use schemars::SchemaGenerator;
use serde_json::json;

use super::{
    forwarded,
    header::Header,
    operation::{Content, Description, Success},
    schema,
};
use crate::{http::error::ApiError, service::hash_capacity::Busy};

const EMAIL: &str = "ada@example.org";
const PASSWORD: &str = "seven slow green trams";

/// A log-in.
pub fn log_in(schemas: &mut SchemaGenerator) -> Description {
    let login = Login { email: EMAIL.into(), password: PASSWORD.into(), remember: Some(true) };
    Description {
        id: "logIn",
        summary: "Begins a session, which replaces the current one.",
        body: Some(Content::json(schemas, &login)),
        success: begun(schemas),
        problems: vec![
            ApiError::BadCredentials,
            ApiError::Unauthorized { reason: EndReason::AccountDisabled, removal: None },
            ApiError::TooManyAttempts { retry_after_s: 30 },
        ],
    }
}

/// A check.
pub fn verify(schemas: &mut SchemaGenerator) -> Description {
    let verified = Verified::new(session(), user().id, user().version);
    let content = Some(Content::json(schemas, &verified));
    Description {
        id: "verifySession",
        summary: "Checks whether the session is active. A check is not activity.",
        body: None,
        success: Success { status: 200, description: "The session is active.", content, header: Some(Header::User) },
        problems: vec![],
    }
}

/// A proxy's question.
pub fn forward_auth(_: &mut SchemaGenerator) -> Description {
    Description {
        id: "forwardAuth",
        summary: forwarded::ABOUT,
        body: None,
        success: Success {
            status: 200,
            description: "The session is active.",
            content: None,
            header: Some(Header::User),
        },
        problems: vec![],
    }
}

/// A log-out.
pub fn log_out(_: &mut SchemaGenerator) -> Description {
    Description {
        id: "logOut",
        summary: "Ends the session and removes the cookie.",
        body: None,
        success: done("There is no session any more."),
        problems: vec![],
    }
}

/// A refresh.
pub fn refresh(schemas: &mut SchemaGenerator) -> Description {
    Description {
        id: "refreshSession",
        summary: "Moves the session's deadline, if the server is configured to refresh sessions.",
        body: None,
        success: begun(schemas),
        problems: vec![ApiError::RefreshDisabled],
    }
}

/// Reading the user.
pub fn read_me(schemas: &mut SchemaGenerator) -> Description {
    read("readMe", "The user of the session.", ok("The user.", Content::json(schemas, &user())))
}

/// Changing the user's name.
pub fn change_me(schemas: &mut SchemaGenerator) -> Description {
    Description {
        id: "changeMe",
        summary: "Changes the user's name.",
        body: Some(Content::json(schemas, &ProfileChange { name: "Ada Lovelace".into() })),
        success: ok("The changed user.", Content::json(schemas, &user())),
        problems: vec![],
    }
}

/// Changing the password.
pub fn change_password(schemas: &mut SchemaGenerator) -> Description {
    let change = PasswordChange { current_password: PASSWORD.into(), new_password: "a better horse battery".into() };
    Description {
        id: "changePassword",
        summary: "Changes the password. All sessions of the user end, and a new one begins.",
        body: Some(Content::json(schemas, &change)),
        success: begun(schemas),
        problems: vec![ApiError::BadCredentials, ApiError::TooManyAttempts { retry_after_s: 30 }, ApiError::Busy(Busy)],
    }
}

/// Setting a password by link.
pub fn set_password(schemas: &mut SchemaGenerator) -> Description {
    let set = SetPassword { token: "k7Jd2mQ0vXw5sYb8nRt3uLz6pCf1hGa4eTi9oKj7VxE".into(), password: PASSWORD.into() };
    let description = "The password is set. All sessions of its user have ended.";
    Description {
        id: "setPassword",
        summary: "Sets a password with the token of a one-time link, which an operator made.",
        body: Some(Content::json(schemas, &set)),
        success: Success { status: 204, description, content: None, header: None },
        problems: vec![ApiError::InvalidLink, ApiError::TooManyAttempts { retry_after_s: 30 }, ApiError::Busy(Busy)],
    }
}

/// The list of devices.
pub fn list_sessions(schemas: &mut SchemaGenerator) -> Description {
    let last_seen_at = Timestamp("2026-01-15T09:30:00Z".into());
    let mut device = Device::new(session().id, session().created_at, last_seen_at, session().expires_at);
    device.current = true;
    device.ip = Some("192.0.2.7".into());
    let devices = vec![device];
    let success = ok("The sessions.", Content::json(schemas, &devices));
    read("listSessions", "The user's active sessions, newest first.", success)
}

/// Ending all other sessions.
pub fn end_other_sessions(schemas: &mut SchemaGenerator) -> Description {
    Description {
        id: "endOtherSessions",
        summary: "Ends all of the user's sessions except the current one.",
        body: None,
        success: ok("The number of sessions that ended.", Content::json(schemas, &EndedSessions { ended: 2 })),
        problems: vec![ApiError::ReauthRequired],
    }
}

/// Ending one session.
pub fn end_session(_: &mut SchemaGenerator) -> Description {
    Description {
        id: "endSession",
        summary: "Ends one of the user's sessions. Ending the current one logs out.",
        body: None,
        success: done("The user has no active session with this id any more."),
        problems: vec![ApiError::ReauthRequired],
    }
}

/// The event stream.
pub fn session_events(schemas: &mut SchemaGenerator) -> Description {
    // OpenAPI cannot describe the events of a stream, so they are in the description. Their data has schemas.
    let stream = json!({
        "type": "string",
        "contentMediaType": "text/event-stream",
        "contentSchema": { "anyOf": [schema::<Ended>(schemas), schema::<UserChanged>(schemas)] },
        "description": "`ended` with an `Ended` as data, after which the stream closes; `user-changed` with a `UserChanged` at the beginning and at each change of the user; `heartbeat` with `{}` every 15 seconds: a stream without heartbeats for much longer is lost.",
    });
    read(
        "readSessionEvents",
        "The end of the session and changes of the user, as they happen. The number of open streams is limited (503).",
        ok("Server-sent events.", Content::other("text/event-stream", stream)),
    )
}

/// The OpenAPI document.
pub fn open_api(_: &mut SchemaGenerator) -> Description {
    let this = Content::other("application/json", json!({ "type": "object" }));
    read("readOpenApi", "This document.", ok("This document.", this))
}

/// Liveness.
pub fn alive(_: &mut SchemaGenerator) -> Description {
    read("isAlive", "Whether the process answers.", ok("The process answers.", fine()))
}

/// Readiness.
pub fn ready(_: &mut SchemaGenerator) -> Description {
    Description {
        problems: vec![ApiError::ShuttingDown],
        ..read(
            "isReady",
            "Whether the store answers too, and the server is not shutting down.",
            ok("The server is ready.", fine()),
        )
    }
}

/// An operation without a body and without problems of its own.
fn read(id: &'static str, summary: &'static str, success: Success) -> Description {
    Description { id, summary, body: None, success, problems: vec![] }
}

fn fine() -> Content {
    Content::other("text/plain", json!({ "type": "string", "const": "ok\n" }))
}

/// The answer without a body that may remove the cookie.
fn done(description: &'static str) -> Success {
    Success { status: 204, description, content: None, header: Some(Header::SetCookie { always: false }) }
}

fn ok(description: &'static str, content: Content) -> Success {
    Success { status: 200, description, content: Some(content), header: None }
}

/// The answer that comes with a cookie.
fn begun(schemas: &mut SchemaGenerator) -> Success {
    let signed_in = SignedIn::new(user(), session());
    Success {
        status: 200,
        description: "The user and the session.",
        content: Some(Content::json(schemas, &signed_in)),
        header: Some(Header::SetCookie { always: true }),
    }
}

fn user() -> User {
    User::new(UserId("3d8C1f5E6a0B4c8".into()), EMAIL, "Ada Lovelace", 3)
}

fn session() -> Session {
    Session::new(
        SessionId("b4F7c2A91e5D4f3".into()),
        Timestamp("2026-01-15T08:00:00Z".into()),
        Timestamp("2026-01-22T08:00:00Z".into()),
        604_800,
    )
}
