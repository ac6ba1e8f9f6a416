//! The API as its users meet it: the real program, over HTTP.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, Command, Stdio},
};

use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;

const PASSWORD: &str = "quiet lantern over the harbour";
const PAGE: &str = r#"<!doctype html><html><head><script type="application/json" id="latchkey-pages">
    {"/": "public", "/sign-in": "signed-out", "/notes/:id": "signed-in"}</script></head><body></body></html>"#;

/// A server with two users in a folder of its own; it ends with the test.
struct Server {
    folder: TempDir,
    program: Child,
    site: String,
}

/// A user who is signed in.
struct User {
    site: String,
    cookie: String,
}

impl Server {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("index.html"), PAGE).unwrap();
        for email in ["ada@example.org", "grace@example.org"] {
            assert!(add_user(&folder, email, PASSWORD).unwrap().success());
        }
        let mut program = command(&folder);
        let mut program =
            program.args(["--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(program.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let site = line.trim().strip_prefix("Notes on ").unwrap().to_owned();
        Self { folder, program, site }
    }

    fn call(&self, method: Method, path: &str) -> RequestBuilder {
        client().request(method, format!("{}{path}", self.site))
    }

    async fn sign_in(&self, email: &str) -> User {
        let login = json!({ "email": email, "password": PASSWORD });
        let answer = self.call(Method::POST, "/api/login").json(&login).send().await.unwrap();
        let cookies = answer.headers().get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap());
        let mut session = cookies.filter(|cookie| cookie.starts_with("notes-session="));
        let cookie = session.next().unwrap().split(';').next().unwrap().to_owned();
        User { site: self.site.clone(), cookie }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; then the test has failed already.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

impl User {
    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Response {
        let call = client().request(method, format!("{}{path}", self.site)).header("cookie", &self.cookie);
        body.iter().fold(call, |call, body| call.json(body)).send().await.unwrap()
    }

    async fn add(&self, title: &str) -> i64 {
        let answer = self.call(Method::POST, "/api/notes", Some(json!({ "title": title, "text": "" }))).await;
        assert_eq!(answer.status(), StatusCode::CREATED);
        answer.json::<Value>().await.unwrap()["id"].as_i64().unwrap()
    }
}

fn client() -> Client {
    Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

fn command(folder: &TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_notes-server"));
    command.current_dir(folder.path()).args(["--dist", "."]);
    command
}

fn add_user(folder: &TempDir, email: &str, password: &str) -> std::io::Result<std::process::ExitStatus> {
    let mut command = command(folder);
    command.args(["add-user", email, "Somebody"]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn()?;
    writeln!(child.stdin.take().unwrap(), "{password}")?;
    child.wait()
}

async fn assert_problem(answer: Response, status: u16, code: &str) {
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let problem: Value = answer.json().await.unwrap();
    assert_eq!((&problem["status"], &problem["code"]), (&json!(status), &json!(code)), "{problem}");
}

#[actix_web::test]
async fn a_note_is_made_read_changed_listed_and_deleted() {
    let server = Server::start();
    let ada = server.sign_in("ada@example.org").await;
    let (first, second) = (ada.add("Milk").await, ada.add("Bread").await);
    let changed = json!({ "title": "Milk", "text": "Two litres" });
    let path = format!("/api/notes/{first}");
    let saved: Value = ada.call(Method::PUT, &path, Some(changed)).await.json().await.unwrap();
    let note = json!({ "id": first, "title": "Milk", "text": "Two litres" });
    assert_eq!(saved, note);
    assert_eq!(ada.call(Method::GET, &path, None).await.json::<Value>().await.unwrap(), note);
    let all: Value = ada.call(Method::GET, "/api/notes", None).await.json().await.unwrap();
    assert_eq!(all, json!([{ "id": second, "title": "Bread", "text": "" }, note]));
    assert_eq!(ada.call(Method::DELETE, &path, None).await.status(), StatusCode::NO_CONTENT);
    assert_problem(ada.call(Method::DELETE, &path, None).await, 404, "not-found").await;
}

#[actix_web::test]
async fn another_users_note_is_not_found_and_stays_as_it_is() {
    let server = Server::start();
    let (ada, grace) = (server.sign_in("ada@example.org").await, server.sign_in("grace@example.org").await);
    let path = format!("/api/notes/{}", ada.add("Milk").await);
    let changed = json!({ "title": "Beer", "text": "" });
    for (method, body) in [(Method::GET, None), (Method::PUT, Some(changed)), (Method::DELETE, None)] {
        assert_problem(grace.call(method, &path, body).await, 404, "not-found").await;
    }
    let note: Value = ada.call(Method::GET, &path, None).await.json().await.unwrap();
    assert_eq!(note["title"], "Milk");
    assert_eq!(grace.call(Method::GET, "/api/notes", None).await.json::<Value>().await.unwrap(), json!([]));
}

#[actix_web::test]
async fn nothing_is_answered_without_a_session() {
    let server = Server::start();
    let draft = json!({ "title": "Milk", "text": "" });
    for (method, path) in [
        (Method::GET, "/api/notes"),
        (Method::POST, "/api/notes"),
        (Method::GET, "/api/notes/1"),
        (Method::PUT, "/api/notes/1"),
        (Method::DELETE, "/api/notes/1"),
    ] {
        let answer = server.call(method, path).json(&draft).send().await.unwrap();
        assert_problem(answer, 401, "session-missing").await;
    }
}

#[actix_web::test]
async fn what_is_no_note_is_refused_with_a_problem() {
    let server = Server::start();
    let ada = server.sign_in("ada@example.org").await;
    let mut refused = vec![
        json!({ "title": " ", "text": "" }),
        json!({ "title": "x".repeat(101), "text": "" }),
        json!({ "title": "Milk", "text": "x".repeat(3001) }),
        json!({ "title": "Milk" }),
        json!({ "title": "Milk", "text": "", "user_id": "somebody" }),
    ];
    for body in refused.drain(..) {
        assert_problem(ada.call(Method::POST, "/api/notes", Some(body)).await, 422, "unacceptable").await;
    }
    let long = json!({ "title": "Milk", "text": "x".repeat(17 * 1024) });
    assert_problem(ada.call(Method::POST, "/api/notes", Some(long)).await, 413, "body-too-large").await;
    for path in ["/api/notes/milk", "/api/notes/0", "/api/nothing"] {
        assert_problem(ada.call(Method::GET, path, None).await, 404, "not-found").await;
    }
    assert_problem(ada.call(Method::DELETE, "/api/notes", None).await, 405, "method-not-allowed").await;
}

#[actix_web::test]
async fn a_note_of_the_longest_text_fits_into_a_request() {
    let server = Server::start();
    let ada = server.sign_in("ada@example.org").await;
    let longest = json!({ "title": "😀".repeat(100), "text": "😀".repeat(3000) });
    assert_eq!(ada.call(Method::POST, "/api/notes", Some(longest)).await.status(), StatusCode::CREATED);
}

#[actix_web::test]
async fn documents_follow_the_page_table() {
    let server = Server::start();
    let document = |path| server.call(Method::GET, path).header("accept", "text/html").send();
    assert_eq!(document("/").await.unwrap().status(), StatusCode::OK);
    let answer = document("/notes/7?from=mail").await.unwrap();
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let location = answer.headers()["location"].to_str().unwrap();
    assert!(location.starts_with("/sign-in?next=%2Fnotes%2F7%3Ffrom%3Dmail"), "{location}");
}

#[actix_web::test]
async fn an_account_is_made_once_and_with_a_good_password() {
    let server = Server::start();
    assert!(!add_user(&server.folder, "ada@example.org", PASSWORD).unwrap().success());
    assert!(!add_user(&server.folder, "mary@example.org", "short").unwrap().success());
}
