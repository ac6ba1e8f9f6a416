//! Every call of the API, in the order of the route table.

use latchkey_shared::{
    Device, EndReason, EndedSessions, Login, PasswordChange, ProfileChange, Session, SessionId, SignedIn, Timestamp,
    User, UserId, Verified, api,
    events::{Ended, UserChanged},
};
use schemars::SchemaGenerator;
use serde_json::json;

use super::{
    operation::{
        Caller::{Anybody, WithOrWithoutSession, WithSession},
        Content, Header, Operation, Success,
    },
    schema,
};
use crate::{http::error::ApiError, service::hash_capacity::Busy};

const EMAIL: &str = "ada@example.org";
const PASSWORD: &str = "seven slow green trams";

/// All of them; the types that they speak of are added to the schemas.
pub fn all(schemas: &mut SchemaGenerator) -> Vec<Operation> {
    let mut all = sessions(schemas);
    all.extend(account(schemas));
    all.extend(devices(schemas));
    all.push(events(schemas));
    all.extend(process());
    all
}

fn sessions(schemas: &mut SchemaGenerator) -> Vec<Operation> {
    let login = Login { email: EMAIL.into(), password: PASSWORD.into(), remember: Some(true) };
    let verified = Verified::new(session(), user().id, user().version);
    vec![
        Operation {
            method: "POST",
            path: api::LOGIN,
            id: "logIn",
            summary: "Begins a session, in place of the one that is there.",
            caller: WithOrWithoutSession,
            body: Some(Content::json(schemas, &login)),
            success: begun(schemas),
            problems: vec![
                ApiError::BadCredentials,
                ApiError::Unauthorized { reason: EndReason::AccountDisabled, removal: None },
                ApiError::TooManyAttempts { retry_after_s: 30 },
            ],
        },
        Operation {
            method: "GET",
            path: api::VERIFY_SESSION,
            id: "verifySession",
            summary: "Says whether the session is active. Asking is not activity.",
            caller: WithSession,
            body: None,
            success: Success {
                status: 200,
                description: "It is.",
                content: Some(Content::json(schemas, &verified)),
                header: Some(Header::User),
            },
            problems: vec![],
        },
        Operation {
            method: "POST",
            path: api::LOGOUT,
            id: "logOut",
            summary: "Ends the session and removes the cookie.",
            caller: WithOrWithoutSession,
            body: None,
            success: Success {
                status: 204,
                description: "There is no session (any more).",
                content: None,
                header: Some(Header::SetCookie { always: false }),
            },
            problems: vec![],
        },
        Operation {
            method: "POST",
            path: api::REFRESH_SESSION,
            id: "refreshSession",
            summary: "Moves the session's deadline, if the server is configured so.",
            caller: WithSession,
            body: None,
            success: begun(schemas),
            problems: vec![ApiError::RefreshDisabled],
        },
    ]
}

fn account(schemas: &mut SchemaGenerator) -> Vec<Operation> {
    let name = ProfileChange { name: "Ada Lovelace".into() };
    let password = PasswordChange { current_password: PASSWORD.into(), new_password: "a better horse battery".into() };
    vec![
        Operation {
            method: "GET",
            path: api::ME,
            id: "readMe",
            summary: "The user of the session.",
            caller: WithSession,
            body: None,
            success: ok("The user.", Content::json(schemas, &user())),
            problems: vec![],
        },
        Operation {
            method: "PATCH",
            path: api::ME,
            id: "changeMe",
            summary: "Changes the user's name.",
            caller: WithSession,
            body: Some(Content::json(schemas, &name)),
            success: ok("The user as it is now.", Content::json(schemas, &user())),
            problems: vec![],
        },
        Operation {
            method: "POST",
            path: api::PASSWORD,
            id: "changePassword",
            summary: "Changes the password. Every session of the user ends, and a new one begins here.",
            caller: WithSession,
            body: Some(Content::json(schemas, &password)),
            success: begun(schemas),
            problems: vec![
                ApiError::BadCredentials,
                ApiError::TooManyAttempts { retry_after_s: 30 },
                ApiError::Busy(Busy),
            ],
        },
    ]
}

fn devices(schemas: &mut SchemaGenerator) -> Vec<Operation> {
    let last_seen_at = Timestamp("2026-01-15T09:30:00Z".into());
    let mut device = Device::new(session().id, session().created_at, last_seen_at, session().expires_at);
    device.current = true;
    device.ip = Some("192.0.2.7".into());
    let devices = vec![device];
    vec![
        Operation {
            method: "GET",
            path: api::SESSIONS,
            id: "listSessions",
            summary: "The user's active sessions, the latest first.",
            caller: WithSession,
            body: None,
            success: ok("The sessions.", Content::json(schemas, &devices)),
            problems: vec![],
        },
        Operation {
            method: "DELETE",
            path: api::SESSIONS,
            id: "endOtherSessions",
            summary: "Ends all of the user's sessions but this one.",
            caller: WithSession,
            body: None,
            success: ok("They have ended.", Content::json(schemas, &EndedSessions { ended: 2 })),
            problems: vec![ApiError::ReauthRequired],
        },
        Operation {
            method: "DELETE",
            path: api::SESSION,
            id: "endSession",
            summary: "Ends one of the user's sessions. Ending this one is logging out.",
            caller: WithSession,
            body: None,
            success: Success {
                status: 204,
                description: "The user has no such session (any more).",
                content: None,
                header: Some(Header::SetCookie { always: false }),
            },
            problems: vec![ApiError::ReauthRequired],
        },
    ]
}

fn events(schemas: &mut SchemaGenerator) -> Operation {
    // The events have no place in the document but a description; their data has schemas.
    let _ = (schema::<Ended>(schemas), schema::<UserChanged>(schemas));
    let stream = json!({
        "type": "string",
        "description": "`ended`, whose data is an `Ended`, and after which the stream closes; `user-changed`, whose data is a `UserChanged`; `heartbeat` every 15 seconds, whose data is `{}`: a stream on which none comes for much longer is lost.",
    });
    Operation {
        method: "GET",
        path: api::SESSION_EVENTS,
        id: "readSessionEvents",
        summary: "The end of the session and changes of the user, as they happen. Only so many streams may be open (503).",
        caller: WithSession,
        body: None,
        success: ok("Server-sent events.", Content::other("text/event-stream", stream)),
        problems: vec![],
    }
}

fn process() -> Vec<Operation> {
    let fine = || Content::other("text/plain", json!({ "const": "ok\n" }));
    let get = |path, id, summary, success, problems| Operation {
        method: "GET",
        path,
        id,
        summary,
        caller: Anybody,
        body: None,
        success,
        problems,
    };
    let this = Content::other("application/json", json!({ "type": "object" }));
    vec![
        get(api::OPENAPI, "readOpenApi", "This document.", ok("This document.", this), vec![]),
        get(api::HEALTHZ, "isAlive", "Whether the process answers.", ok("It does.", fine()), vec![]),
        get(
            api::READYZ,
            "isReady",
            "Whether the store answers too, and the server is not about to stop.",
            ok("It is so.", fine()),
            vec![ApiError::ShuttingDown],
        ),
    ]
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
    User::new(UserId("3d8c1f5e-6a0b-4c87-9f0e-2b7d5a1c4e68".into()), EMAIL, "Ada Lovelace", 3)
}

fn session() -> Session {
    Session::new(
        SessionId("b4f7c2a9-1e5d-4f38-8a6c-0d9e3b7f5c12".into()),
        Timestamp("2026-01-15T08:00:00Z".into()),
        Timestamp("2026-01-22T08:00:00Z".into()),
        604_800,
    )
}
