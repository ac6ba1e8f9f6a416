//! One request and its answer, as the connection sees them.

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

/// A request that is being answered. When it is dropped, its connection waits for the next one.
#[derive(Debug)]
pub struct Exchange(Option<Arc<Connection>>);

impl Exchange {
    /// A request's head has arrived.
    #[must_use]
    pub fn begin(request: &mut ServiceRequest) -> Self {
        let connection = request.conn_data::<Arc<Connection>>().cloned();
        if let Some(connection) = &connection {
            let has_body = !matches!(request.parts_mut().1, Payload::None);
            connection.begin_request(if has_body { Phase::Receiving } else { Phase::Answering });
        }
        Self(connection)
    }

    /// The answer is there. One whose body is made bit by bit keeps the connection busy until it ends.
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

/// A request's body has arrived whole: from now on its connection waits for the server, not for its client.
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

/// A body that keeps its exchange for as long as it is sent.
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
