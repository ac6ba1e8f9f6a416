//! A connection's stream that bounds each wait for its client: for a request, for the rest of its head, and for the client to read the
//! answer. The bounds apply to every request of a connection.

use std::{
    future::Future,
    io,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpStream, UnixStream},
    time::{Instant, Sleep, sleep},
};

use super::connections::{Connection, Connections, Phase};

/// Longest time for a request's head from its first byte, and for the first byte on a new connection.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// Longest time without the client reading anything of an answer.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);

/// The answer to a head that did not arrive in time; written directly, because no route has the request.
const TIMEOUT_ANSWER: &[u8] = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// The stream of a connection that was accepted.
pub trait ClientStream: AsyncRead + AsyncWrite + Unpin + 'static {
    /// The client's address; `None` on a Unix socket, whose clients have none.
    ///
    /// # Errors
    /// The client has disconnected.
    fn peer(&self) -> io::Result<Option<SocketAddr>>;

    /// Writes what can be written without waiting.
    ///
    /// # Errors
    /// Nothing can be written now.
    fn write_now(&self, bytes: &[u8]) -> io::Result<usize>;
}

impl ClientStream for TcpStream {
    fn peer(&self) -> io::Result<Option<SocketAddr>> {
        self.peer_addr().map(Some)
    }

    fn write_now(&self, bytes: &[u8]) -> io::Result<usize> {
        self.try_write(bytes)
    }
}

impl ClientStream for UnixStream {
    fn peer(&self) -> io::Result<Option<SocketAddr>> {
        Ok(None)
    }

    fn write_now(&self, bytes: &[u8]) -> io::Result<usize> {
        self.try_write(bytes)
    }
}

/// A stream whose waits are bounded.
pub struct TimedStream<C> {
    stream: C,
    peer: Option<SocketAddr>,
    connection: Arc<Connection>,
    keep_alive: Duration,
    waits_for: WaitsFor,
    /// When the wait times out; unused during [`WaitsFor::Answer`]. `None` means that the wait starts when there is nothing to read.
    due: Option<Instant>,
    /// Wakes the task at `due` or earlier. Resetting a timer is expensive, so it is reset only if it would fire too late or has fired
    /// too early.
    timer: Pin<Box<Sleep>>,
    /// The waker that is registered with the timer.
    timer_waker: Option<Waker>,
    /// The waker that is registered for eviction.
    eviction_waker: Option<Waker>,
    /// The time-out of a blocked write, if there is one.
    write_timer: Option<Pin<Box<Sleep>>>,
    /// The connection's number of requests at the last call of `follow_requests`.
    requests: u32,
}

/// What the stream waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WaitsFor {
    /// The first byte of a request.
    Request,
    /// The rest of its head.
    Head,
    /// The server's answer.
    Answer,
}

impl<C: ClientStream> TimedStream<C> {
    /// Registers a new connection.
    ///
    /// # Errors
    /// There are too many connections, or the client has disconnected.
    pub fn new(stream: C, connections: &Arc<Connections>, keep_alive: Option<Duration>) -> io::Result<Self> {
        let peer = stream.peer()?;
        let connection = connections.open().ok_or(io::ErrorKind::ConnectionRefused)?;
        let timer = Box::pin(sleep(HEAD_TIMEOUT));
        let due = Some(timer.deadline());
        // Without keep-alive, actix-http closes the connection; this bounds the wait for the client to close it too.
        let keep_alive = keep_alive.unwrap_or(HEAD_TIMEOUT);
        let waits_for = WaitsFor::Request;
        let (timer_waker, eviction_waker, write_timer, requests) = (None, None, None, 0);
        Ok(Self {
            stream,
            peer,
            connection,
            keep_alive,
            waits_for,
            due,
            timer,
            timer_waker,
            eviction_waker,
            write_timer,
            requests,
        })
    }

    /// The client's address; `None` on a Unix socket.
    pub fn peer(&self) -> Option<SocketAddr> {
        self.peer
    }

    /// The register's entry, which the connection's requests use too.
    pub fn connection(&self) -> &Arc<Connection> {
        &self.connection
    }

    /// Updates `waits_for` if a request has begun or been answered since the last call.
    #[expect(clippy::disallowed_methods, reason = "connection time-outs run on tokio's clock")]
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

    /// Whether the wait has timed out. If not, the task is woken when it does.
    #[expect(clippy::disallowed_methods, reason = "connection time-outs run on tokio's clock")]
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

    /// Whether the connection must close, because its client took too long or it was evicted.
    fn must_close(&mut self, cx: &mut Context<'_>) -> bool {
        // Eviction wakes the waker that was registered last, which mostly is this task's already.
        let same = self.eviction_waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker()));
        let evicted = if same { self.connection.must_close() } else { self.connection.is_evicted(cx.waker()) };
        if evicted {
            return true;
        }
        if !same {
            self.eviction_waker = Some(cx.waker().clone());
        }
        // While an answer is being sent, the time-out of writes applies instead.
        if self.waits_for == WaitsFor::Answer || self.write_timer.is_some() || !self.is_due(cx) {
            return false;
        }
        if self.waits_for == WaitsFor::Head {
            // A client that does not read does not get the answer.
            let _ = self.stream.write_now(TIMEOUT_ANSWER);
        }
        true
    }

    /// Handles the result of a write: resets the time-out, or starts it if the write is blocked.
    fn after_write(&mut self, cx: &mut Context<'_>, result: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if result.is_ready() {
            self.write_timer = None;
            self.follow_requests();
            if self.waits_for == WaitsFor::Request {
                // The task is not polled for reading until the client sends something, so the timer must be set here.
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

impl<C: ClientStream> AsyncRead for TimedStream<C> {
    /// Reads. A timed-out wait is reported as the end of the stream, so that actix-http closes the connection gracefully.
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

impl<C: ClientStream> AsyncWrite for TimedStream<C> {
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

impl<C> Drop for TimedStream<C> {
    fn drop(&mut self) {
        self.connection.closed();
    }
}

#[cfg(test)]
mod tests;
