//! A small app on the library, over real HTTP.

use std::{sync::Arc, time::Duration};

use actix_web::{App, HttpResponse, HttpServer, web};
use latchkey_actix::{Builder, CurrentSession, Latchkey, ServeError, SqliteStore};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;

pub const EMAIL: &str = "ada@example.org";
pub const PASSWORD: &str = "a wren sings at noon";

/// Time in which whatever stops must have stopped: less than the 30 seconds for which actix-web would wait for event streams.
pub const SOON: Duration = Duration::from_secs(15);

/// A store in a folder of its own.
pub async fn store() -> (SqliteStore, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&format!("sqlite://{}/test.db", folder.path().display())).await.unwrap();
    (store, folder)
}

/// Session handling with one user.
pub async fn latchkey(set: impl FnOnce(Builder) -> Builder) -> (Latchkey, TempDir) {
    let (store, folder) = store().await;
    let latchkey = set(Latchkey::builder(store).public_url("http://127.0.0.1")).start().await.unwrap();
    latchkey.admin().add_user(EMAIL, "Ada", PASSWORD).await.unwrap();
    (latchkey, folder)
}

/// The app's own route.
pub async fn whoami(CurrentSession(session): CurrentSession) -> String {
    session.user().email.clone()
}

/// A running app on actix-web's own server.
pub struct TestApp {
    pub url: String,
    pub latchkey: Latchkey,
    pub serving: actix_web::rt::task::JoinHandle<Result<(), ServeError>>,
    pub server: actix_web::dev::ServerHandle,
    _folder: Arc<TempDir>,
}

impl TestApp {
    pub async fn start() -> Self {
        Self::start_with(|builder| builder).await
    }

    pub async fn start_with(set: impl FnOnce(Builder) -> Builder) -> Self {
        let (latchkey, folder) = latchkey(set).await;
        Self::serve(latchkey, folder)
    }

    pub fn serve(latchkey: Latchkey, folder: TempDir) -> Self {
        let mounted = latchkey.clone();
        let app = move || {
            App::new()
                .service(web::resource("/api/before").get(whoami).post(|| async { HttpResponse::Ok().body("posted") }))
                .configure(mounted.routes())
                .service(web::resource("/api/whoami").get(whoami))
                .service(web::scope("/api/scope").route("/whoami", web::get().to(whoami)))
                .wrap(mounted.middleware())
        };
        let server = HttpServer::new(app).workers(1).disable_signals().bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", server.addrs()[0]);
        let server = server.run();
        let (handle, serving) = (server.handle(), latchkey.clone());
        let serving = actix_web::rt::spawn(async move { serving.serve(server).await });
        Self { url, latchkey, serving, server: handle, _folder: Arc::new(folder) }
    }

    pub fn client(&self) -> Client {
        Client::new(&self.url)
    }

    pub async fn signed_in(&self) -> Client {
        let mut client = self.client();
        assert_eq!(client.log_in().await, StatusCode::OK);
        client
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        // Not awaited: the runtime of the test ends with it.
        drop(self.server.stop(false));
    }
}

/// A browser.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    url: String,
    pub cookies: Vec<String>,
}

impl Client {
    pub fn new(url: &str) -> Self {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { http, url: url.to_owned(), cookies: Vec::new() }
    }

    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url)).header("cookie", self.cookies.join("; "))
    }

    pub fn with_cookies(&self, cookies: Vec<String>) -> Self {
        Self { cookies, ..self.clone() }
    }

    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    pub async fn log_in(&mut self) -> StatusCode {
        let body = json!({ "email": EMAIL, "password": PASSWORD });
        let answer = self.request(Method::POST, "/api/login").json(&body).send().await.unwrap();
        let cookies = answer.headers().get_all("set-cookie").iter();
        self.cookies = cookies.map(|line| line.to_str().unwrap().split(';').next().unwrap().to_owned()).collect();
        answer.status()
    }

    pub async fn is_signed_in(&self) -> bool {
        self.get("/api/verify-session").await.status() == StatusCode::OK
    }

    /// An event stream that is open.
    pub async fn open_stream(&self) -> Response {
        let mut stream = self.get("/api/session-events").await;
        assert_eq!(stream.status(), StatusCode::OK);
        stream.chunk().await.unwrap().unwrap();
        stream
    }
}

/// A problem's status and code.
pub async fn problem(answer: Response) -> (StatusCode, String) {
    let status = answer.status();
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let problem: Value = answer.json().await.unwrap();
    assert_eq!(problem["status"], status.as_u16());
    (status, problem["code"].as_str().unwrap().to_owned())
}
