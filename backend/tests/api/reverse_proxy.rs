//! Another program behind nginx, which checks every request with Latchkey, in the configuration of docs/operations.md. `cargo xtask test`
//! installs nginx; without it, these tests are skipped.

use std::{
    env, fs,
    net::{SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command},
    thread,
    time::Duration,
};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use latchkey_shared::{ErrorCode, SignedIn, api};
use reqwest::Method;
use tempfile::TempDir;

use crate::support::{Answer, Client, TestApp};

/// An address at which no server listens.
const UNREACHABLE: &str = "127.0.0.1:1";

/// nginx in front of Latchkey and a protected upstream.
struct Proxy {
    http: reqwest::Client,
    url: String,
    nginx: Child,
    _folder: TempDir,
}

impl Proxy {
    /// Starts nginx in front of Latchkey at an address; `None` if nginx is not installed.
    async fn before(latchkey: &str) -> Option<Self> {
        let program = nginx()?;
        let folder = tempfile::tempdir().unwrap();
        let address = free_address();
        let site = documented()
            .replace("listen 80;", &format!("listen {address};"))
            .replace("127.0.0.1:8080", latchkey)
            .replace("127.0.0.1:3000", &guarded().to_string());
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(|of| format!("{of}_temp_path {of};"));
        let config = format!(
            "daemon off; master_process off; pid nginx.pid; events {{}} http {{ access_log off; {} {site} }}",
            temporary.join(" ")
        );
        fs::write(folder.path().join("nginx.conf"), config).unwrap();
        let mut nginx = Command::new(program);
        let nginx = nginx.arg("-p").arg(folder.path());
        let mut nginx = nginx.args(["-c", "nginx.conf", "-e", "error.log"]).spawn().unwrap();
        while TcpStream::connect(address).is_err() {
            let ended = nginx.try_wait().unwrap().is_some();
            assert!(!ended, "{}", fs::read_to_string(folder.path().join("error.log")).unwrap());
            thread::sleep(Duration::from_millis(10));
        }
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        Some(Self { http: http.build().unwrap(), url: format!("http://{address}"), nginx, _folder: folder })
    }

    fn client(&self, cookie: Option<&str>) -> Client<'_> {
        Client::new(&self.http, &self.url, cookie.map(str::to_owned))
    }

    /// Opens a page as a browser does.
    async fn open(&self, path: &str, cookie: Option<&str>) -> Answer {
        let request = self.client(cookie).request(Method::GET, path);
        self.client(cookie).send(request.header("Sec-Fetch-Mode", "navigate")).await
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.nginx.kill();
        let _ = self.nginx.wait();
    }
}

/// The path of nginx, if it is installed; in CI it must be.
fn nginx() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    // Not in the `PATH` of ordinary users.
    let folders = env::split_paths(&path).chain(["/usr/sbin".into()]);
    let found = folders.map(|folder| folder.join("nginx")).find(|file| file.is_file());
    let found = env::var_os("NGINX_BIN").map(PathBuf::from).or(found);
    assert!(found.is_some() || env::var("CI").is_err(), "there is no nginx");
    found
}

/// The configuration of docs/operations.md.
fn documented() -> String {
    let text = include_str!("../../../docs/operations.md");
    let (_, block) = text.split_once("```nginx\n").unwrap();
    block.split_once("```").unwrap().0.to_owned()
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// An upstream that answers with the user from the proxy's header, and at some paths with an answer of its own.
fn guarded() -> SocketAddr {
    async fn answer(request: HttpRequest, body: String) -> HttpResponse {
        let users = request.headers().get_all(api::USER_HEADER);
        let users: Vec<_> = users.map(|user| user.to_str().unwrap()).collect();
        match request.path() {
            "/reports/broken" => HttpResponse::InternalServerError().body("its own"),
            "/reports/refused" => HttpResponse::Unauthorized().body("its own"),
            _ => HttpResponse::Ok().body(format!("{} {body}", users.join(","))),
        }
    }
    let server = HttpServer::new(|| App::new().default_service(web::to(answer)));
    let server = server.workers(1).bind("127.0.0.1:0").unwrap();
    let address = server.addrs()[0];
    actix_web::rt::spawn(server.run());
    address
}

fn address(app: &TestApp) -> &str {
    app.url.strip_prefix("http://").unwrap()
}

#[actix_web::test]
async fn the_upstream_gets_the_user_and_not_what_the_client_claims() {
    let app = TestApp::start().await;
    let Some(proxy) = Proxy::before(address(&app)).await else {
        return;
    };
    let mut client = proxy.client(None);
    let SignedIn { user, .. } = client.log_in().await.json();
    let request = client.request(Method::POST, "/reports/").body("a body");
    let forged = request
        .header(api::USER_HEADER, "somebody else")
        .header("X_Auth_User", "somebody else")
        .header(api::SESSION_HEADER, "another session");
    let answer = client.send(forged).await;
    assert_eq!((answer.status, answer.text()), (200, format!("{} a body", user.id.0)));
}

#[actix_web::test]
async fn without_a_session_a_program_gets_the_401_and_a_person_the_sign_in_page() {
    let app = TestApp::start().await;
    let Some(proxy) = Proxy::before(address(&app)).await else {
        return;
    };
    let never_issued = format!("session={}", "x".repeat(43));
    for (cookie, removed) in [(None, false), (Some(never_issued.as_str()), true)] {
        let answer = proxy.client(cookie).get("/reports/").await;
        assert_eq!((answer.status, answer.set_cookie().is_some()), (401, removed));
        let challenges: Vec<_> = answer.headers.get_all("www-authenticate").iter().collect();
        assert_eq!(challenges, [r#"Session realm="latchkey""#]);
        let page = proxy.open("/reports/", cookie).await;
        assert_eq!((page.status, page.set_cookie()), (303, None));
        assert!(page.header("location").unwrap().ends_with("/auth"));
        for answer in [answer, page] {
            assert_eq!(answer.header("cache-control"), Some("no-store"));
        }
    }
    proxy.client(Some(&never_issued)).get("/reports/").await.assert_removes_cookie();
}

#[actix_web::test]
async fn an_outage_is_a_503_and_no_sign_out() {
    let app = TestApp::start().await;
    let cookie = app.signed_in().await.cookie.unwrap();
    app.store.switch_off();
    for latchkey in [address(&app), UNREACHABLE] {
        let Some(proxy) = Proxy::before(latchkey).await else {
            return;
        };
        for answer in [proxy.client(Some(&cookie)).get("/reports/").await, proxy.open("/reports/", Some(&cookie)).await]
        {
            assert_eq!((answer.status, answer.set_cookie()), (503, None));
            assert_eq!(answer.header("retry-after"), Some("1"));
        }
    }
}

#[actix_web::test]
async fn the_upstreams_own_answers_pass() {
    let app = TestApp::start().await;
    let Some(proxy) = Proxy::before(address(&app)).await else {
        return;
    };
    let cookie = app.signed_in().await.cookie;
    for (path, status) in [("/reports/broken", 500), ("/reports/refused", 401)] {
        let answer = proxy.client(cookie.as_deref()).get(path).await;
        assert_eq!((answer.status, answer.text().as_str()), (status, "its own"));
    }
}

#[actix_web::test]
async fn the_proxys_internal_location_is_not_public() {
    let app = TestApp::start().await;
    let Some(proxy) = Proxy::before(address(&app)).await else {
        return;
    };
    assert_eq!(proxy.client(None).get("/_session").await.status, 404);
    proxy.client(None).verify().await.assert_problem(ErrorCode::SessionMissing);
}

#[actix_web::test]
async fn events_pass_the_proxy_as_they_happen() {
    let app = TestApp::start().await;
    let Some(proxy) = Proxy::before(address(&app)).await else { return };
    let mut client = proxy.client(app.signed_in().await.cookie.as_deref());
    let mut stream = client.request(Method::GET, api::SESSION_EVENTS).send().await.unwrap();
    let mut next = async || tokio::time::timeout(Duration::from_secs(10), stream.chunk()).await.unwrap().unwrap();
    assert!(next().await.unwrap().ends_with(b": open\n\n"));
    assert_eq!(client.log_out().await.status, 204);
    assert!(next().await.unwrap().starts_with(b"event: ended\n"));
    assert_eq!(next().await, None);
}
