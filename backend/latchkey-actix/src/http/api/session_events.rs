//! `/api/session-events`: the end of the session and changes of the user, told as they happen.

use actix_web::{
    HttpResponse,
    http::header::{self, HeaderName},
    web::{Bytes, Data},
};
use futures_util::stream;
use latchkey_shared::events::{ENDED, Ended, HEARTBEAT, USER_CHANGED, UserChanged};
use serde::Serialize;
use serde_json::json;

use crate::{
    http::{error::ApiError, extract::MaybeSession},
    service::{SessionEvent, SessionEvents, SessionService, Verdict},
    shutdown_state::ShutdownState,
};

/// Tells nginx to pass events on as they come.
const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// What a stream begins with: that it is there, and how long a client waits before it opens a lost one again.
const OPENING: &str = "retry: 2000\n: open\n\n";

/// `GET /api/session-events`. Its 401 leaves the cookie alone: an `EventSource` cannot read the reason, and holds no lock that
/// would keep a late removal from a fresh cookie. The client checks its session then, and hears the reason in that answer.
pub async fn open(
    service: Data<SessionService>,
    shutdown_state: Data<ShutdownState>,
    MaybeSession(verdict): MaybeSession,
) -> Result<HttpResponse, ApiError> {
    let session = match verdict {
        Verdict::Active(session) => session,
        Verdict::Ended(reason) => return Err(ApiError::Unauthorized { reason, removal: None }),
        Verdict::Unavailable(error) => return Err(error.into()),
    };
    let events = service.into_inner().events(&session)?;
    let opening = stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(OPENING.as_bytes()))]);
    let told = stream::unfold((events, shutdown_state), |(mut events, shutdown_state)| async {
        let event = next(&mut events, &shutdown_state).await?;
        Some((Ok(Bytes::from(text(event))), (events, shutdown_state)))
    });
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((X_ACCEL_BUFFERING, "no"))
        .streaming(stream::StreamExt::chain(opening, told)))
}

/// The next event; `None` after the last, or when the server stops and has answered everything else.
async fn next(events: &mut SessionEvents, shutdown_state: &ShutdownState) -> Option<SessionEvent> {
    tokio::select! {
        event = events.next() => event,
        () = shutdown_state.streams_must_end() => None,
    }
}

fn text(event: SessionEvent) -> String {
    match event {
        SessionEvent::Ended(code) => named(ENDED, &Ended { code }),
        SessionEvent::UserChanged(user_version) => named(USER_CHANGED, &UserChanged { user_version }),
        // Not a comment: `EventSource` shows those to nobody.
        SessionEvent::Heartbeat => named(HEARTBEAT, &json!({})),
    }
}

fn named(name: &str, data: &impl Serialize) -> String {
    format!("event: {name}\ndata: {}\n\n", serde_json::to_string(data).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heartbeat_is_an_event_that_a_page_can_listen_to() {
        assert_eq!(text(SessionEvent::Heartbeat), "event: heartbeat\ndata: {}\n\n");
    }
}
