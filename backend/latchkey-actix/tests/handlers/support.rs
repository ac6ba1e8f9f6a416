//! A server for one test, a client that keeps its cookie, and the log.

use std::{
    io,
    sync::{Arc, LazyLock, Mutex},
    time::Duration,
};

use actix_web::{
    App, Error, HttpServer,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    web::{Data, ServiceConfig},
};
use jiff::Timestamp;
use latchkey_actix::{
    Builder, Latchkey,
    clock::{Clock, Monotonic},
    shared::{ErrorCode, Problem, SignedIn},
    store::sqlite::SqliteStore,
};
use reqwest::{Method, RequestBuilder, header::HeaderMap};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::app::{self, Notes};

pub const PASSWORD: &str = "seven slow green trams";

/// A clock that stands still until it is moved.
pub struct TestClock(Mutex<Timestamp>, Monotonic);

impl TestClock {
    pub fn advance(&self, by: Duration) {
        let mut now = self.0.lock().unwrap();
        *now = now.checked_add(by).unwrap();
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    fn monotonic(&self) -> Monotonic {
        self.1
    }
}

pub struct TestApp {
    pub url: String,
    pub clock: Arc<TestClock>,
    pub latchkey: Latchkey,
    _folder: TempDir,
}

impl TestApp {
    pub async fn start() -> Self {
        Self::start_with(|builder| builder, app::routes).await
    }

    /// With other settings and other routes of the app.
    pub async fn start_with(
        settings: impl FnOnce(Builder) -> Builder,
        routes: impl FnOnce(&mut ServiceConfig) + Copy + Send + 'static,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&format!("sqlite://{}/test.db", folder.path().display())).await.unwrap();
        let clock = Arc::new(TestClock(Mutex::new("2026-01-01T00:00:00Z".parse().unwrap()), Monotonic::now()));
        let builder = Latchkey::builder(store).public_url("http://127.0.0.1:8080").clock(clock.clone());
        let latchkey = settings(builder).start().await.unwrap();
        latchkey.admin().add_user("ada@example.org", "Ada", PASSWORD).await.unwrap();
        let (mounted, notes) = (latchkey.clone(), Data::new(Notes::default()));
        let url = serve(move || {
            let app = App::new().app_data(notes.clone()).configure(mounted.routes()).configure(routes);
            app.wrap(mounted.middleware())
        });
        Self { url, clock, latchkey, _folder: folder }
    }

    pub fn client(&self) -> Client {
        Client::new(&self.url)
    }

    pub async fn signed_in(&self) -> Client {
        let mut client = self.client();
        client.log_in().await;
        client
    }
}

/// Runs a server of an app, and returns its URL.
pub fn serve<F, T, B>(app: F) -> String
where
    F: Fn() -> App<T> + Send + Clone + 'static,
    T: ServiceFactory<ServiceRequest, Config = (), Response = ServiceResponse<B>, Error = Error, InitError = ()>
        + 'static,
    B: MessageBody + 'static,
{
    let server = HttpServer::new(app).workers(1).disable_signals().bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", server.addrs()[0]);
    actix_web::rt::spawn(server.run());
    url
}

/// A client of an app, with the cookie that it was given.
#[derive(Clone)]
pub struct Client {
    pub http: reqwest::Client,
    pub url: String,
    pub cookie: Option<String>,
    pub session: Option<String>,
}

impl Client {
    pub fn new(url: &str) -> Self {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { http, url: url.into(), cookie: None, session: None }
    }

    pub async fn log_in(&mut self) {
        let login = json!({ "email": "ada@example.org", "password": PASSWORD });
        let answer = self.send(self.request(Method::POST, "/api/login").json(&login)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let mut cookies = answer.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap());
        let cookie = cookies.find(|cookie| cookie.starts_with("session=")).unwrap();
        self.cookie = Some(cookie.split(';').next().unwrap().to_owned());
        self.session = Some(serde_json::from_str::<SignedIn>(&answer.body).unwrap().session.id.0);
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.url));
        match &self.cookie {
            Some(cookie) => request.header("cookie", cookie),
            None => request,
        }
    }

    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Answer { status, headers, body: answer.text().await.unwrap() }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub async fn call(&self, method: Method, path: &str, body: Value) -> Answer {
        self.send(self.request(method, path).json(&body)).await
    }
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        Some(self.headers.get(name)?.to_str().unwrap())
    }

    /// The answer as a problem, whose status is the answer's.
    #[track_caller]
    pub fn problem(&self) -> Problem {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        assert_eq!(self.header("cache-control"), Some("no-store"), "{self:?}");
        let problem: Problem = serde_json::from_str(&self.body).unwrap();
        assert_eq!(problem.status, self.status, "{self:?}");
        assert!(!problem.detail.is_empty() && !problem.title.is_empty(), "{self:?}");
        problem
    }

    #[track_caller]
    pub fn code(&self) -> ErrorCode {
        self.problem().error_code()
    }
}

/// What this process has logged so far.
pub fn log() -> String {
    String::from_utf8(LOG.0.lock().unwrap().clone()).unwrap()
}

static LOG: LazyLock<Log> = LazyLock::new(|| {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).init();
    log
});

/// Has everything logged from now on, for [`log`].
pub fn listen() {
    LazyLock::force(&LOG);
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(text);
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
