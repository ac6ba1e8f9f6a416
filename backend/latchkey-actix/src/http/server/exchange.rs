//! Follows one request and its answer, to keep the phase of its connection up to date.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use actix_web::{
    HttpRequest,
    body::{BodySize, BoxBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    web::Bytes,
};

use super::connections::{Connection, Phase};
use crate::clock::Monotonic;

/// A request in flight. When dropped, its connection becomes idle.
#[derive(Debug)]
pub struct Exchange(Option<Arc<Connection>>);

impl Exchange {
    /// Begins with a request whose head has arrived.
    #[must_use]
    pub fn begin(request: &mut ServiceRequest) -> Self {
        let has_body = !matches!(request.parts_mut().1, Payload::None);
        Self::begin_on(request.conn_data(), if has_body { Phase::Receiving } else { Phase::Answering })
    }

    /// Begins with a request that has no body, on this connection.
    #[must_use]
    pub fn begin_without_body(connection: Option<&Arc<Connection>>) -> Self {
        Self::begin_on(connection, Phase::Answering)
    }

    fn begin_on(connection: Option<&Arc<Connection>>, phase: Phase) -> Self {
        if let Some(connection) = connection {
            connection.begin_request(phase);
        }
        Self(connection.cloned())
    }

    /// Ends with an answer that is complete at an instant which was read already.
    pub fn end_at(mut self, now: Monotonic) {
        if let Some(connection) = self.0.take() {
            connection.enter_idle(now);
        }
    }

    /// Ends with an answer; for a streaming answer, when its body ends.
    #[must_use]
    pub fn answered(self, answer: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
        if answer.response().body().size() != BodySize::Stream {
            return answer;
        }
        if let Self(Some(connection)) = &self {
            connection.enter(Phase::Streaming);
        }
        answer.map_body(|_, body| Streaming { body, _exchange: self }.boxed())
    }
}

/// Notes that a request's body has arrived completely: its connection does not wait for its client any more.
pub fn body_received(request: &HttpRequest) {
    if let Some(connection) = request.conn_data::<Arc<Connection>>() {
        connection.enter(Phase::Answering);
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        if let Self(Some(connection)) = self {
            connection.enter(Phase::Idle);
        }
    }
}

/// A streaming body that owns its exchange.
struct Streaming {
    body: BoxBody,
    _exchange: Exchange,
}

impl MessageBody for Streaming {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(cx)
    }
}
