//! A proxy between the browser and the server. It sees every request that the browser makes, can hold the server's answers
//! back, and can cut the line.

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

use crate::wait::eventually;

/// What the server sends, or what is sent in its place.
type Body = Either<Incoming, String>;

/// How long nothing may have happened before it counts as quiet. That there is no further request can only be seen in time.
const QUIET: Duration = Duration::from_millis(250);

/// A request that came to the proxy.
#[derive(Clone, Debug)]
struct LoggedRequest {
    /// `GET /dashboard?tab=a`
    request: String,
    progress: Progress,
}

/// How far a request has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    Pending,
    Held,
    Answered(u16),
    Broken,
}

/// An answer that does not come from the server.
#[derive(Clone, Debug)]
pub struct CannedAnswer {
    /// The status.
    pub status: u16,
    /// Headers, by name and value.
    pub headers: &'static [(&'static str, &'static str)],
    /// The body.
    pub body: &'static str,
}

/// Everything about the proxy that changes.
#[derive(Clone, Debug)]
struct State {
    server: SocketAddr,
    cut: bool,
    /// What stands between the browser and the server, and answers in its place.
    canned: Option<CannedAnswer>,
    /// What answers for files in the server's place: for which, by the end of their path, and how many times more.
    files: Vec<(&'static str, CannedAnswer, usize)>,
    /// Headers that are added to every answer of the server.
    headers: Vec<(&'static str, &'static str)>,
    /// The requests whose answers are held back.
    held: Vec<String>,
    log: Vec<LoggedRequest>,
}

/// The proxy.
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

    /// Leads to a server that has come up at another address.
    pub(crate) fn forward_to(&self, server: SocketAddr) {
        self.state.send_modify(|state| state.server = server);
    }

    /// Cuts the line: what is open breaks, and nothing new is let in.
    pub fn cut(&self) {
        self.state.send_modify(|state| state.cut = true);
    }

    /// Mends the line.
    pub fn mend(&self) {
        self.state.send_modify(|state| state.cut = false);
    }

    /// Has something answer every request to the API in the server's place, as a proxy does whose server is gone, or a hotel's
    /// network before it lets anybody through; `None` lets the server answer again.
    pub fn answer_instead(&self, canned: Option<CannedAnswer>) {
        self.state.send_modify(|state| state.canned = canned);
    }

    /// Has something answer in the server's place so many times for a file, such as `.js`.
    pub fn answer_instead_of_file(&self, ending: &'static str, canned: CannedAnswer, times: usize) {
        self.state.send_modify(|state| state.files.push((ending, canned, times)));
    }

    /// Adds a header to every answer of the server.
    pub fn add_to_answers(&self, name: &'static str, value: &'static str) {
        self.state.send_modify(|state| state.headers.push((name, value)));
    }

    /// Lets the server answer for its files again.
    pub fn answer_files_again(&self) {
        self.state.send_modify(|state| state.files.clear());
    }

    /// Holds back the answers to a request, such as `GET /api/me` or `.wasm`, from now on.
    pub fn hold(&self, request: &str) {
        self.state.send_modify(|state| state.held.push(request.to_owned()));
    }

    /// Lets the answers to a request go.
    pub fn release(&self, request: &str) {
        self.state.send_modify(|state| state.held.retain(|held| held != request));
    }

    /// Every request so far, with the status of its answer.
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

    /// How often a request has come so far.
    #[must_use]
    pub fn count(&self, request: &str) -> usize {
        let state = self.state.borrow();
        state.log.iter().filter(|logged| logged.request == request).count()
    }

    /// Waits until a request has come so often.
    ///
    /// # Errors
    /// It does not; with all requests that came.
    pub async fn until_counted(&self, request: &str, times: usize) -> Result<()> {
        let come = |log: &Vec<String>| log.iter().filter(|line| line.starts_with(request)).count() >= times;
        eventually(&format!("{request}, {times} times"), async || Ok(self.log()), come).await?;
        Ok(())
    }

    /// Waits until an answer to a request is being held back.
    ///
    /// # Errors
    /// None comes; with all requests that came.
    pub async fn until_held(&self, request: &str) -> Result<()> {
        let line = format!("{request} {:?}", Progress::Held);
        let what = format!("an answer to {request} at the proxy");
        eventually(&what, async || Ok(self.log()), |log| log.contains(&line)).await?;
        Ok(())
    }

    /// Waits until nothing is under way and nothing new comes.
    ///
    /// # Errors
    /// It does not get quiet; with all requests that came.
    pub async fn quiet(&self) -> Result<()> {
        let mut changes = self.state.subscribe();
        let look = async || {
            while let Ok(Ok(())) = timeout(QUIET, changes.changed()).await {}
            Ok(self.log())
        };
        let done = |log: &Vec<String>| !log.iter().any(|line| line.ends_with("Pending"));
        eventually("quiet at the proxy", look, done).await?;
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
            // Whichever ends first ends both; a connection that is refused was never served.
            tokio::select! {
                biased;
                // What it returns locks the state, and a request that breaks off notes that there.
                () = async { drop(changes.wait_for(|state| state.cut).await) } => {}
                _ = connection => {}
            }
        });
    }
}

/// Passes one request on, on a connection of its own. Without an answer the browser's connection breaks, as it would
/// without a proxy.
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

/// What answers in the server's place, if anything does.
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

/// A request's line in the log.
struct LogEntry<'a> {
    index: usize,
    request: String,
    state: &'a watch::Sender<State>,
}

impl<'a> LogEntry<'a> {
    fn write(request: &Request<Incoming>, state: &'a watch::Sender<State>) -> Self {
        let request = format!("{} {}", request.method(), request.uri());
        let mut index = 0;
        state.send_modify(|state| {
            index = state.log.len();
            state.log.push(LoggedRequest { request: request.clone(), progress: Progress::Pending });
        });
        Self { index, request, state }
    }

    fn set_progress(&self, progress: Progress) {
        self.state.send_modify(|state| state.log[self.index].progress = progress);
    }

    async fn wait_for_release(&self) -> Result<()> {
        let held = |state: &State| state.held.iter().any(|held| self.request.ends_with(held));
        if held(&self.state.borrow()) {
            self.set_progress(Progress::Held);
            self.state.subscribe().wait_for(|state| !held(state)).await?;
        }
        Ok(())
    }
}

impl Drop for LogEntry<'_> {
    /// The browser gave up, the line was cut, or there is no server.
    fn drop(&mut self) {
        if !matches!(self.state.borrow().log[self.index].progress, Progress::Answered(_)) {
            self.set_progress(Progress::Broken);
        }
    }
}
