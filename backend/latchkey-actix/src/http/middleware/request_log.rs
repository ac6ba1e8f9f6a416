//! One log line per request, with its id (which the answer carries too), the client's address and, if the server failed, the
//! cause. No query, header or body is logged, because they can be secret. Successful safe requests are logged at `debug`, mutations and
//! client errors at `info`.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use actix_web::{
    HttpResponse, ResponseError,
    dev::ServiceResponse,
    http::header::{HeaderMap, HeaderName, HeaderValue},
};
use tracing::Level;

use super::traceparent;
use crate::{
    clock::Monotonic,
    http::{
        problem::{Cause, Problem},
        trusted_proxies::TrustedProxies,
    },
};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Longest client-supplied request id that is kept, in bytes.
const MAX_ID_BYTES: usize = 64;

/// The log line of a request that is being answered.
pub struct RequestLog {
    id: HeaderValue,
    started: Monotonic,
}

impl RequestLog {
    /// Takes the request's id from its header, or makes one.
    #[must_use]
    pub fn start(request: &HeaderMap) -> Self {
        let id = request.get(&REQUEST_ID).filter(|id| is_harmless(id)).cloned().unwrap_or_else(next_id);
        Self { id, started: Monotonic::now() }
    }

    /// When the request began.
    #[must_use]
    pub fn started(&self) -> Monotonic {
        self.started
    }

    /// The time since the request began.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        Monotonic::now().since(self.started)
    }

    /// Writes the line, and the id into the answer.
    pub fn finish<B>(self, answer: &mut ServiceResponse<B>, proxies: &TrustedProxies) {
        write(answer, &self, proxies);
        self.identify(answer.headers_mut());
    }

    /// Writes the id into an answer, without a line.
    pub fn identify(self, answer: &mut HeaderMap) {
        answer.insert(REQUEST_ID, self.id);
    }

    /// Whether requests that change nothing and succeed get a line.
    #[must_use]
    pub fn writes_successes() -> bool {
        tracing::enabled!(Level::DEBUG)
    }

    /// The answer to a request whose handler panicked, after writing the line. The panic's own message is on standard error.
    #[must_use]
    pub fn explain_panic(self, path: &str) -> HttpResponse {
        let id = self.id.to_str().unwrap_or_default();
        tracing::error!(request_id = id, path, status = 500, "a handler panicked");
        let mut answer = Problem::internal("a handler panicked").error_response();
        self.identify(answer.headers_mut());
        answer
    }
}

fn write<B>(answer: &ServiceResponse<B>, log: &RequestLog, proxies: &TrustedProxies) {
    let (request, status) = (answer.request(), answer.status());
    let went_well = !status.is_client_error() && !status.is_server_error() && request.method().is_safe();
    if went_well && !RequestLog::writes_successes() {
        return;
    }
    let (id, took) = (&log.id, log.elapsed());
    let cause = answer.response().extensions().get::<Cause>().cloned();
    macro_rules! event {
        ($level:expr) => {
            tracing::event!(
                $level,
                request_id = id.to_str().unwrap_or_default(),
                method = %request.method(),
                path = request.path(),
                status = status.as_u16(),
                took_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
                client = proxies.address(request).map(tracing::field::display),
                traceparent = traceparent::of(request.headers()),
                cause = cause.as_ref().map(|cause| cause.text.as_str()),
                "request"
            )
        };
    }
    let level = match &cause {
        Some(cause) => cause.level,
        None if status.is_server_error() => Level::WARN,
        None if status.is_client_error() || !request.method().is_safe() => Level::INFO,
        None => Level::DEBUG,
    };
    match level {
        Level::ERROR => event!(Level::ERROR),
        Level::WARN => event!(Level::WARN),
        Level::INFO => event!(Level::INFO),
        _ => event!(Level::DEBUG),
    }
}

fn is_harmless(id: &HeaderValue) -> bool {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    (1..=MAX_ID_BYTES).contains(&id.len()) && id.as_bytes().iter().all(plain)
}

/// An id that is unique in this process and unlikely in another: a counter with a random start.
fn next_id() -> HeaderValue {
    static COUNTER: std::sync::LazyLock<AtomicU64> = std::sync::LazyLock::new(|| {
        let mut start = [0; 8];
        // Without randomness the ids of two processes may meet, and that is all.
        let _ = getrandom::fill(&mut start);
        AtomicU64::new(u64::from_ne_bytes(start))
    });
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    let digits: [u8; 16] = std::array::from_fn(|place| b"0123456789abcdef"[(number >> (60 - 4 * place) & 15) as usize]);
    HeaderValue::from_bytes(&digits).unwrap_or_else(|_| HeaderValue::from_static("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_supplied_request_id_must_be_harmless() {
        assert!(is_harmless(&HeaderValue::from_static("6f9619ff-8b86-d011-b42d-00cf4fc964ff")));
        for id in ["", "a b", "a\"b", "{}", &"x".repeat(65)] {
            assert!(!is_harmless(&HeaderValue::try_from(id).unwrap()), "{id}");
        }
    }

    #[test]
    fn two_requests_have_different_ids() {
        assert_ne!(next_id(), next_id());
    }
}
