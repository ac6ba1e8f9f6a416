//! The limit that `cargo xtask bench` measures against: actix-web answering a constant, and nothing else.

use actix_web::{App, HttpResponse, HttpServer, web};

/// As long as the shortest useful answer to a check.
const BODY: &str = r#"{"session":{"id":"0123456789abcdef","expires_in_s":604800},"user_id":"0123456789abcdef","user_version":1,"pad":"....."}"#;

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let listen = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8090".into());
    let answer = || async { HttpResponse::Ok().content_type("application/json").body(BODY) };
    let app = move || App::new().route("/", web::get().to(answer));
    HttpServer::new(app).workers(1).bind(listen)?.run().await
}
