//! The program that is guarded.

use std::{net::SocketAddr, time::Duration};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use futures_util::{StreamExt, stream};
use latchkey_shared::User;

/// Starts a program that answers with what it was told about the user, and at some paths with an answer of its own.
pub fn start() -> SocketAddr {
    async fn answer(request: HttpRequest, body: web::Bytes) -> HttpResponse {
        let last = request.path().rsplit('/').next().unwrap_or_default();
        if last == "events" {
            let first = stream::once(async { Ok::<_, actix_web::Error>(web::Bytes::from_static(b": open\n\n")) });
            return HttpResponse::Ok().content_type("text/event-stream").streaming(first.chain(stream::pending()));
        }
        if request.path().contains("/as-sent/") {
            return HttpResponse::Ok().body(request.uri().to_string());
        }
        if last == "claims" {
            return HttpResponse::Ok().body(claims(&request));
        }
        match last.parse() {
            Ok(status) => HttpResponse::build(actix_web::http::StatusCode::from_u16(status).unwrap()).body("its own"),
            Err(_) => HttpResponse::Ok().body(told(&request, &body)),
        }
    }
    let app = || App::new().app_data(web::PayloadConfig::new(1 << 20)).default_service(web::to(answer));
    let server = HttpServer::new(app).keep_alive(Duration::from_secs(600)).workers(1).bind("127.0.0.1:0").unwrap();
    let address = server.addrs()[0];
    actix_web::rt::spawn(server.run());
    address
}

/// Headers that only a proxy may set.
pub const CLAIMS: [&str; 5] =
    ["x-forwarded-for", "x-forwarded-uri", "x-forwarded-method", "x-original-uri", "x-original-method"];

/// Which of them the program got.
fn claims(request: &HttpRequest) -> String {
    let values = |name: &'static str| {
        request.headers().get_all(name).map(move |value| format!("{name}={}", value.to_str().unwrap()))
    };
    CLAIMS.into_iter().flat_map(values).collect::<Vec<_>>().join(" ")
}

/// Everything that programs could take for a user: all headers like `X-Auth-User`, in any spelling.
fn told(request: &HttpRequest, body: &[u8]) -> String {
    let folded = |name: &str| name.replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    let headers = request.headers().iter().map(|(name, value)| (folded(name.as_str()), value.to_str().unwrap()));
    let mut users: Vec<_> = headers.filter(|(name, _)| name.starts_with("x-auth-")).collect();
    users.sort();
    let users: Vec<_> = users.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("{} {query} {}", users.join(" "), str::from_utf8(body).unwrap())
}

/// The program's answer to a user.
pub fn greeting(user: &User, query: &str, body: &str) -> String {
    let User { id, email, name, .. } = user;
    format!("x-auth-email={email} x-auth-name={name} x-auth-user={} {query} {body}", id.0)
}

/// Reads a stream until its text so far ends with this.
pub async fn read_until(stream: &mut reqwest::Response, end: &str) {
    let mut text = String::new();
    while !text.ends_with(end) {
        let chunk = next_chunk(stream).await.unwrap_or_else(|| panic!("the stream ended after {text:?}"));
        text.push_str(std::str::from_utf8(&chunk).unwrap());
    }
}

/// The next part of a streaming answer.
pub async fn next_chunk(stream: &mut reqwest::Response) -> Option<web::Bytes> {
    tokio::time::timeout(Duration::from_secs(10), stream.chunk()).await.unwrap().unwrap()
}
