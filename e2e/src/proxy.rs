//! A proxy between the browser and the server. It logs every request of the browser, and can delay or replace answers and
//! cut the connection.

mod log;

use std::{net::SocketAddr, time::Duration};

use anyhow::Result;
use http_body_util::Either;
use hyper::{Request, Response, body::Incoming, client, header::HeaderValue, server, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    time::timeout,
};

use self::log::{LogEntry, LoggedRequest, Progress};
use crate::wait::eventually;

/// The server's body, or the body of a canned answer.
type Body = Either<Incoming, String>;

/// The time without any request after which the proxy counts as idle.
const QUIET: Duration = Duration::from_millis(250);

/// An answer that the proxy sends in place of the server's.
#[derive(Clone, Debug)]
pub struct CannedAnswer {
    /// The status.
    pub status: u16,
    /// Headers, by name and value.
    pub headers: &'static [(&'static str, &'static str)],
    /// The body.
    pub body: &'static str,
}

/// The settings of the proxy and its log.
#[derive(Clone, Debug)]
struct State {
    server: SocketAddr,
    cut: bool,
    /// The answer to every API request, in place of the server's.
    canned: Option<CannedAnswer>,
    /// Answers to requests of files: the end of the path, the answer, and the number of times that are left.
    files: Vec<(&'static str, CannedAnswer, usize)>,
    /// Headers to add to every answer of the server.
    headers: Vec<(&'static str, &'static str)>,
    /// The requests whose answers are delayed.
    held: Vec<String>,
    log: Vec<LoggedRequest>,
}

/// The proxy of a story; see the module.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    state: watch::Sender<State>,
}

impl Proxy {
    pub(crate) async fn start(server: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let state = watch::Sender::new(State {
            server,
            cut: false,
            canned: None,
            files: Vec::new(),
            headers: Vec::new(),
            held: Vec::new(),
            log: Vec::new(),
        });
        tokio::spawn(accept_connections(listener, state.clone()));
        Ok(Self { address, state })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sets the address of the server.
    pub(crate) fn forward_to(&self, server: SocketAddr) {
        self.state.send_modify(|state| state.server = server);
    }

    /// Breaks all connections, and rejects new ones.
    pub fn cut(&self) {
        self.state.send_modify(|state| state.cut = true);
    }

    /// Accepts connections again after [`Self::cut`].
    pub fn mend(&self) {
        self.state.send_modify(|state| state.cut = false);
    }

    /// Answers every API request in place of the server, as a reverse proxy without a backend or a captive portal does.
    /// `None` lets the server answer again.
    pub fn answer_instead(&self, canned: Option<CannedAnswer>) {
        self.state.send_modify(|state| state.canned = canned);
    }

    /// Answers requests whose path ends with `ending`, such as `.js`, in place of the server; `times` times.
    pub fn answer_instead_of_file(&self, ending: &'static str, canned: CannedAnswer, times: usize) {
        self.state.send_modify(|state| state.files.push((ending, canned, times)));
    }

    /// Adds a header to every further answer of the server.
    pub fn add_to_answers(&self, name: &'static str, value: &'static str) {
        self.state.send_modify(|state| state.headers.push((name, value)));
    }

    /// Removes all answers of [`Self::answer_instead_of_file`].
    pub fn answer_files_again(&self) {
        self.state.send_modify(|state| state.files.clear());
    }

    /// Delays the answers to requests that end with `request`, such as `GET /api/me` or `.wasm`, until [`Self::release`].
    pub fn hold(&self, request: &str) {
        self.state.send_modify(|state| state.held.push(request.to_owned()));
    }

    /// Sends the delayed answers to a request, and delays no further ones.
    pub fn release(&self, request: &str) {
        self.state.send_modify(|state| state.held.retain(|held| held != request));
    }

    /// Every request so far with its state, such as `GET /api/me Answered(200)`.
    #[must_use]
    pub fn log(&self) -> Vec<String> {
        let state = self.state.borrow();
        let line = |logged: &LoggedRequest| format!("{} {:?}", logged.request, logged.progress);
        state.log.iter().map(line).collect()
    }

    /// Every request to the API so far.
    #[must_use]
    pub fn api_calls(&self) -> Vec<String> {
        let state = self.state.borrow();
        let requests = state.log.iter().map(|logged| logged.request.clone());
        requests.filter(|request| request.contains(" /api/")).collect()
    }

    /// The number of times that a request was made so far.
    #[must_use]
    pub fn count(&self, request: &str) -> usize {
        let state = self.state.borrow();
        state.log.iter().filter(|logged| logged.request == request).count()
    }

    /// The time between the last request of a kind and the one before it, as the proxy saw them come.
    #[must_use]
    pub fn last_interval(&self, request: &str) -> Option<Duration> {
        let state = self.state.borrow();
        let mut ages =
            state.log.iter().rev().filter(|logged| logged.request == request).map(|logged| logged.age.elapsed());
        let (last, before) = (ages.next()?, ages.next()?);
        Some(before.saturating_sub(last))
    }

    /// Waits until a request was made at least `times` times.
    ///
    /// # Errors
    /// The wait times out; the error holds the log.
    pub async fn until_counted(&self, request: &str, times: usize) -> Result<()> {
        let come = |log: &Vec<String>| log.iter().filter(|line| line.starts_with(request)).count() >= times;
        eventually(&format!("{request}, {times} times"), async || Ok(self.log()), come).await?;
        Ok(())
    }

    /// Waits until an answer to a request is delayed by [`Self::hold`].
    ///
    /// # Errors
    /// The wait times out; the error holds the log.
    pub async fn until_held(&self, request: &str) -> Result<()> {
        let line = format!("{request} {:?}", Progress::Held);
        let what = format!("an answer to {request} at the proxy");
        eventually(&what, async || Ok(self.log()), |log| log.contains(&line)).await?;
        Ok(())
    }

    /// Waits until no request is pending and none is made for a while. Delayed answers do not count as pending.
    ///
    /// # Errors
    /// The wait times out; the error holds the log.
    pub async fn quiet(&self) -> Result<()> {
        let mut changes = self.state.subscribe();
        let look = async || {
            while let Ok(Ok(())) = timeout(QUIET, changes.changed()).await {}
            Ok(self.log())
        };
        let done = |log: &Vec<String>| !log.iter().any(|line| line.ends_with("Pending"));
        eventually("an idle proxy", look, done).await?;
        Ok(())
    }
}

async fn accept_connections(listener: TcpListener, state: watch::Sender<State>) {
    while let Ok((stream, _)) = listener.accept().await {
        let state = state.clone();
        tokio::spawn(async move {
            let mut changes = state.subscribe();
            let service = service_fn(|request| forward(request, &state));
            let connection = server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            // `biased`: while the connection is cut, a new one must be dropped before it is served.
            tokio::select! {
                biased;
                // The guard that `wait_for` returns locks the state, which an interrupted request must write to.
                () = async { drop(changes.wait_for(|state| state.cut).await) } => {}
                _ = connection => {}
            }
        });
    }
}

/// Forwards one request, on a connection of its own. An error closes the browser's connection, as an unreachable server
/// would.
async fn forward(request: Request<Incoming>, state: &watch::Sender<State>) -> Result<Response<Body>> {
    let entry = LogEntry::write(&request, state);
    let canned = canned(request.uri().path(), state);
    if let Some(CannedAnswer { status, headers, body }) = canned {
        entry.set_progress(Progress::Answered(status));
        let answer = headers
            .iter()
            .fold(Response::builder().status(status), |answer, (name, value)| answer.header(*name, *value));
        return Ok(answer.body(Either::Right(body.to_owned()))?);
    }
    let server = state.borrow().server;
    let (mut sender, connection) =
        client::conn::http1::handshake(TokioIo::new(TcpStream::connect(server).await?)).await?;
    tokio::spawn(connection);
    let mut answer = sender.send_request(request).await?;
    for (name, value) in &state.borrow().headers {
        answer.headers_mut().append(*name, HeaderValue::from_static(value));
    }
    entry.wait_for_release().await?;
    entry.set_progress(Progress::Answered(answer.status().as_u16()));
    Ok(answer.map(Either::Left))
}

/// Takes the answer for a path that replaces the server's, if there is one.
fn canned(path: &str, state: &watch::Sender<State>) -> Option<CannedAnswer> {
    let mut found = None;
    state.send_modify(|state| {
        found = state.canned.clone().filter(|_| path.starts_with("/api/"));
        let file = state.files.iter_mut().find(|(ending, _, left)| *left > 0 && path.ends_with(ending));
        if let Some((_, canned, left)) = file {
            *left -= 1;
            found = Some(canned.clone());
        }
    });
    found
}
