//! Replies of the server, in the types of the contract.

use latchkey_shared::api::PROBLEM_JSON;
use latchkey_shared::{
    Device, EndReason, ErrorCode, InitialSession, Problem, Session, SessionId, SignedIn, Timestamp, User, UserId,
    Verified,
};
use serde::Serialize;

pub const LOGIN: &str = "POST /api/login";
pub const LOGOUT: &str = "POST /api/logout";
pub const ME: &str = "GET /api/me";
pub const VERIFY: &str = "GET /api/verify-session";
pub const RENAME: &str = "PATCH /api/me";
pub const PASSWORD: &str = "POST /api/me/password";
pub const SET_PASSWORD: &str = "POST /api/set-password";
pub const SESSIONS: &str = "GET /api/sessions";
pub const END_OTHERS: &str = "DELETE /api/sessions";

/// A reply as it is sent.
#[derive(Clone)]
pub struct Reply {
    pub status: u16,
    pub content_type: &'static str,
    pub retry_after: Option<&'static str>,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn new(status: u16, content_type: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Self { status, content_type, retry_after: None, body: body.into() }
    }

    pub fn json(body: &impl Serialize) -> Self {
        Self::new(200, "application/json", serde_json::to_string(body).unwrap())
    }

    pub fn problem(code: ErrorCode) -> Self {
        let problem = Problem::new(code, "In the server's words.");
        Self::new(code.status(), PROBLEM_JSON, serde_json::to_string(&problem).unwrap())
    }

    /// A 401 with a reason that this build does not know.
    pub fn from_the_future(code: &str, detail: &str) -> Self {
        let kind = format!("urn:latchkey:problem:{code}");
        let body = serde_json::json!({ "type": kind, "title": "New", "status": 401, "detail": detail, "code": code });
        Self::new(401, PROBLEM_JSON, body.to_string())
    }

    /// The reply of a captive portal.
    pub fn portal() -> Self {
        Self::new(200, "text/html", "<h1>Log in to the Wi-Fi</h1>")
    }

    pub fn nothing() -> Self {
        Self::new(204, "text/plain", "")
    }
}

pub fn ada(version: u64) -> User {
    User::new(UserId("u1".into()), "ada@example.org", "Ada Lovelace", version)
}

pub fn session(expires_in_s: u64) -> Session {
    let [created_at, expires_at] = ["2026-11-24T08:00:00Z", "2026-12-01T08:00:00Z"].map(|text| Timestamp(text.into()));
    Session::new(SessionId("s1".into()), created_at, expires_at, expires_in_s)
}

pub fn signed_in() -> SignedIn {
    SignedIn::new(ada(1), session(600))
}

/// The same user in the next session.
pub fn signed_in_again() -> SignedIn {
    let mut again = signed_in();
    again.session.id = SessionId("s2".into());
    again
}

/// A device with this session and user agent; that of [`session`] is the current one.
pub fn device(id: &str, user_agent: &str) -> Device {
    let then = session(600).created_at;
    let mut device = Device::new(SessionId(id.into()), then.clone(), then, session(600).expires_at);
    device.current = id == "s1";
    device.ip = Some("203.0.113.9".into());
    device.user_agent = Some(user_agent.into());
    device
}

/// What is embedded in a page for a signed-in user.
pub fn embedded() -> Option<InitialSession> {
    Some(InitialSession::Active(signed_in()))
}

/// What is embedded in a page without a session.
pub fn embedded_end(reason: EndReason) -> Option<InitialSession> {
    Some(InitialSession::Ended { reason })
}

/// The answer to a check, with the time left and the user's version.
pub fn verified(expires_in_s: u64, user_version: u64) -> Reply {
    Reply::json(&Verified::new(session(expires_in_s), ada(1).id, user_version))
}

pub fn ended(reason: EndReason) -> Reply {
    Reply::problem(reason.into())
}
