//! `/api/session-events`: a stream of the session's end and of changes of the user.

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

/// Makes nginx pass events on without buffering.
const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// The beginning of a stream: the delay before a client reopens a lost one, in milliseconds, and a comment that shows it is open.
const OPENING: &str = "retry: 2000\n: open\n\n";

/// `GET /api/session-events`: opens the stream. Its 401 leaves the cookie alone: an `EventSource` cannot read the reason, and holds no
/// lock that would keep a late removal from a fresh cookie. The client then checks its session and gets the reason there.
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
    let events_as_text = stream::unfold((events, shutdown_state), |(mut events, shutdown_state)| async {
        let event = next(&mut events, &shutdown_state).await?;
        Some((Ok(Bytes::from(format_event(event))), (events, shutdown_state)))
    });
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((X_ACCEL_BUFFERING, "no"))
        .streaming(stream::StreamExt::chain(opening, events_as_text)))
}

/// The next event; `None` after the last one, and when the server shuts down and only streams are left.
async fn next(events: &mut SessionEvents, shutdown_state: &ShutdownState) -> Option<SessionEvent> {
    tokio::select! {
        event = events.next() => event,
        () = shutdown_state.streams_must_end() => None,
    }
}

fn format_event(event: SessionEvent) -> String {
    match event {
        SessionEvent::Ended(code) => format_named(ENDED, &Ended { code }),
        SessionEvent::UserChanged(user_version) => format_named(USER_CHANGED, &UserChanged { user_version }),
        // An event and not a comment, because `EventSource` does not pass comments on to the page.
        SessionEvent::Heartbeat => format_named(HEARTBEAT, &json!({})),
    }
}

fn format_named(name: &str, data: &impl Serialize) -> String {
    format!("event: {name}\ndata: {}\n\n", serde_json::to_string(data).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heartbeat_is_an_event_that_pages_receive() {
        assert_eq!(format_event(SessionEvent::Heartbeat), "event: heartbeat\ndata: {}\n\n");
    }
}
