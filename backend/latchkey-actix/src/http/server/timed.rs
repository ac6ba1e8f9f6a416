//! A connection's stream with bounds on how long it waits for its client: for a request, for a request's head, and for
//! an answer to be taken. Every request of a connection is bounded alike.

use std::{
    future::Future,
    io,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker, ready},
    time::Duration,
};

use actix_web::rt::net::TcpStream;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep},
};

use super::connections::{Connection, Connections, Phase};

/// How long a request's head may take from its first byte on, and how long a new connection may be silent.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a client may take none of what is sent to it.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);

/// The answer to a head that did not arrive in time. No route has seen the request.
const TIMEOUT_ANSWER: &[u8] = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// A TCP stream that does not wait for ever.
pub struct TimedStream {
    stream: TcpStream,
    connection: Arc<Connection>,
    keep_alive: Duration,
    waits_for: WaitsFor,
    /// When the wait is over; meaningless while [`WaitsFor::Answer`]. `None` counts from the moment at which nothing is there to read.
    due: Option<Instant>,
    /// Wakes the task by then, or earlier: setting a timer costs more than all else here, so it is set again only where it would
    /// fire too late, and when it has fired too early.
    timer: Pin<Box<Sleep>>,
    /// Whom the timer wakes.
    timer_waker: Option<Waker>,
    /// Who is woken when the stream has to make room.
    eviction_waker: Option<Waker>,
    /// The bound on a write that cannot go on, if there is one.
    write_timer: Option<Pin<Box<Sleep>>>,
    /// The number of requests that had begun when the wait began.
    requests: u32,
}

/// What the stream waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WaitsFor {
    /// The first byte of a request.
    Request,
    /// The rest of its head.
    Head,
    /// The server itself.
    Answer,
}

impl TimedStream {
    /// Takes a new connection, unless there are too many.
    ///
    /// # Errors
    /// There are, or the client is gone already.
    pub fn new(
        stream: TcpStream,
        connections: &Arc<Connections>,
        keep_alive: Option<Duration>,
    ) -> io::Result<(Self, SocketAddr)> {
        let peer = stream.peer_addr()?;
        let connection = connections.open().ok_or(io::ErrorKind::ConnectionRefused)?;
        let timer = Box::pin(sleep(HEAD_TIMEOUT));
        let due = Some(timer.deadline());
        // Without keep-alive actix-http closes the connection; this bounds how long the client may leave it at that.
        let keep_alive = keep_alive.unwrap_or(HEAD_TIMEOUT);
        let waits_for = WaitsFor::Request;
        let (timer_waker, eviction_waker, write_timer, requests) = (None, None, None, 0);
        Ok((
            Self {
                stream,
                connection,
                keep_alive,
                waits_for,
                due,
                timer,
                timer_waker,
                eviction_waker,
                write_timer,
                requests,
            },
            peer,
        ))
    }

    /// What its requests know it by.
    pub fn connection(&self) -> &Arc<Connection> {
        &self.connection
    }

    /// Notices that a request began or was answered since the last look.
    fn follow_requests(&mut self) {
        let (idle, requests) = (self.connection.phase() == Phase::Idle, self.connection.requests());
        if !idle {
            self.waits_for = WaitsFor::Answer;
        } else if self.waits_for == WaitsFor::Answer || requests != self.requests {
            self.waits_for = WaitsFor::Request;
            self.due = Some(Instant::now() + self.keep_alive);
        }
        self.requests = requests;
    }

    /// Whether the wait is over; if not, the task is woken when it is.
    fn is_due(&mut self, cx: &mut Context<'_>) -> bool {
        let due = *self.due.get_or_insert_with(|| Instant::now() + HEAD_TIMEOUT);
        if due < self.timer.deadline() {
            self.set_timer(due);
        }
        if !self.has_fired(cx) {
            return false;
        }
        if Instant::now() < due {
            self.set_timer(due);
            return self.has_fired(cx);
        }
        true
    }

    fn set_timer(&mut self, due: Instant) {
        self.timer.as_mut().reset(due);
        self.timer_waker = None;
    }

    fn has_fired(&mut self, cx: &mut Context<'_>) -> bool {
        let waits = self.timer_waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker()));
        if waits && !self.timer.is_elapsed() {
            return false;
        }
        let fired = self.timer.as_mut().poll(cx).is_ready();
        self.timer_waker = (!fired).then(|| cx.waker().clone());
        fired
    }

    /// Whether the client let the stream wait for too long, or the stream has to make room for another one.
    fn must_close(&mut self, cx: &mut Context<'_>) -> bool {
        // Whoever makes room wakes the task that was timer_waker last: most often it is this one already.
        let same = self.eviction_waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker()));
        let evicted = if same { self.connection.must_close() } else { self.connection.is_evicted(cx.waker()) };
        if evicted {
            return true;
        }
        if !same {
            self.eviction_waker = Some(cx.waker().clone());
        }
        // While the client takes an answer, that wait's own bound holds.
        if self.waits_for == WaitsFor::Answer || self.write_timer.is_some() || !self.is_due(cx) {
            return false;
        }
        if self.waits_for == WaitsFor::Head {
            // A client that takes no byte does not get them.
            let _ = self.stream.try_write(TIMEOUT_ANSWER);
        }
        true
    }

    /// What became of a write: that it got on, or that it waits for the client.
    fn after_write(&mut self, cx: &mut Context<'_>, result: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if result.is_ready() {
            self.write_timer = None;
            self.follow_requests();
            if self.waits_for == WaitsFor::Request {
                // Nothing reads now until the client sends something: the timer has to wake this task itself.
                let _ = self.is_due(cx);
            }
            return result;
        }
        self.eviction_waker = None;
        if self.connection.is_evicted(cx.waker()) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        let write_timer = self.write_timer.get_or_insert_with(|| Box::pin(sleep(WRITE_TIMEOUT)));
        ready!(write_timer.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for TimedStream {
    /// Reads; a wait that is over is told as the end of the stream, upon which actix-http closes the connection in order.
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        this.follow_requests();
        let before = buffer.filled().len();
        match Pin::new(&mut this.stream).poll_read(cx, buffer) {
            Poll::Ready(read) => {
                if this.waits_for == WaitsFor::Request && buffer.filled().len() > before {
                    (this.waits_for, this.due) = (WaitsFor::Head, None);
                }
                Poll::Ready(read)
            }
            Poll::Pending if this.must_close(cx) => Poll::Ready(Ok(())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncWrite for TimedStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.after_write(cx, result)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl Drop for TimedStream {
    fn drop(&mut self) {
        self.connection.closed();
    }
}

#[cfg(test)]
mod tests;
