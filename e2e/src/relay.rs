//! Between the site and a browser whose driver runs no scripts before a page's own and has no console: adds scripts to every
//! document, and collects the errors that they report. Everything else passes unchanged.

use std::{net::SocketAddr, sync::Arc};

use anyhow::Result;
use http_body_util::{BodyExt, Either};
use hyper::{
    Method, Request, Response,
    body::Incoming,
    client,
    header::{ACCEPT, ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName},
    server,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
};

type Body = Either<Incoming, String>;

/// The path of the scripts; a file of the same site, so that the policy of the page allows it.
const SCRIPTS: &str = "/e2e/scripts.js";
/// The path to which `errors.js` reports.
const ERRORS: &str = "/e2e/errors";

const TAG: &str = "<script src=\"/e2e/scripts.js\"></script>";
const REPORT_ERRORS: &str = include_str!("errors.js");

/// A relay; see the module.
#[derive(Debug)]
pub struct Relay {
    address: SocketAddr,
    state: Arc<State>,
}

#[derive(Debug)]
struct State {
    site: SocketAddr,
    scripts: watch::Sender<String>,
    errors: watch::Sender<Vec<String>>,
}

impl Relay {
    /// Starts a relay to a site.
    pub async fn start(site: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let state = Arc::new(State { site, scripts: watch::Sender::default(), errors: watch::Sender::default() });
        let relay = Self { address, state };
        relay.add_script(REPORT_ERRORS);
        tokio::spawn(accept_connections(listener, Arc::clone(&relay.state)));
        Ok(relay)
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Adds a script that runs before the scripts of each page.
    pub fn add_script(&self, script: &str) {
        // In a block of its own, so that scripts do not share names.
        self.state.scripts.send_modify(|scripts| scripts.extend(["{\n", script, "\n}\n"]));
    }

    /// The errors that pages have reported since the last call.
    pub fn take_errors(&self) -> Vec<String> {
        self.state.errors.send_replace(Vec::new())
    }
}

async fn accept_connections(listener: TcpListener, state: Arc<State>) {
    while let Ok((stream, _)) = listener.accept().await {
        let state = Arc::clone(&state);
        tokio::spawn(async move {
            let service = service_fn(|request| respond(request, &state));
            server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await
        });
    }
}

/// Answers a request, with another one to the site unless it is for the relay. An error closes the browser's connection, as
/// the site has done.
async fn respond(mut request: Request<Incoming>, state: &State) -> Result<Response<Body>> {
    match request.uri().path() {
        SCRIPTS => {
            let answer = Response::builder().header(CONTENT_TYPE, "text/javascript").header(CACHE_CONTROL, "no-store");
            return Ok(answer.body(Either::Right(state.scripts.borrow().clone()))?);
        }
        ERRORS => {
            let body = request.into_body().collect().await?.to_bytes();
            state.errors.send_modify(|errors| errors.push(String::from_utf8_lossy(&body).into_owned()));
            return Ok(Response::new(Either::Right(String::new())));
        }
        _ => {}
    }
    if is_html(request.headers(), ACCEPT) {
        request.headers_mut().remove(ACCEPT_ENCODING);
    }
    let has_body = request.method() != Method::HEAD;
    let (mut sender, connection) =
        client::conn::http1::handshake(TokioIo::new(TcpStream::connect(state.site).await?)).await?;
    tokio::spawn(connection);
    let answer = sender.send_request(request).await?;
    if !has_body || !is_html(answer.headers(), CONTENT_TYPE) {
        return Ok(answer.map(Either::Left));
    }
    let (mut parts, body) = answer.into_parts();
    let document = String::from_utf8(body.collect().await?.to_bytes().into())?;
    parts.headers.remove(CONTENT_LENGTH);
    Ok(Response::from_parts(parts, Either::Right(with_scripts(document))))
}

fn is_html(headers: &HeaderMap, name: HeaderName) -> bool {
    headers.get(name).is_some_and(|value| value.as_bytes().starts_with(b"text/html"))
}

/// Inserts the tag before everything that a document does. A document without `<html>` has it at the beginning.
fn with_scripts(mut document: String) -> String {
    let head = document.find("<html").and_then(|start| document[start..].find('>').map(|end| start + end + 1));
    document.insert_str(head.unwrap_or_default(), TAG);
    document
}

#[cfg(test)]
mod tests {
    use super::{TAG, with_scripts};

    #[test]
    fn scripts_come_before_everything_that_a_document_does() {
        let document = |tag: &str| format!("<!doctype html><html lang=en>{tag}<head><script>x</script>");
        assert_eq!(with_scripts(document("")), document(TAG));
        assert_eq!(with_scripts("<h1>Reports</h1>".into()), format!("{TAG}<h1>Reports</h1>"));
    }
}
