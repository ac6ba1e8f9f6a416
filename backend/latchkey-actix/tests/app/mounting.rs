//! An app that mounts half of Latchkey learns so from the answer.

use actix_web::{App, HttpServer, web};
use latchkey_actix::Latchkey;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::{Client, EMAIL, PASSWORD, latchkey, problem, whoami};

fn serve<F, T, B>(app: F) -> Client
where
    F: Fn() -> App<T> + Send + Clone + 'static,
    T: actix_web::dev::ServiceFactory<
            actix_web::dev::ServiceRequest,
            Config = (),
            Response = actix_web::dev::ServiceResponse<B>,
            Error = actix_web::Error,
            InitError = (),
        > + 'static,
    B: actix_web::body::MessageBody + 'static,
{
    let server = HttpServer::new(app).workers(1).disable_signals().bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", server.addrs()[0]);
    actix_web::rt::spawn(server.run());
    Client::new(&url)
}

async fn misconfigured(client: &Client, method: Method, path: &str) {
    let body = json!({ "email": EMAIL, "password": PASSWORD });
    let answer = client.request(method.clone(), path).json(&body).send().await.unwrap();
    let answer = problem(answer).await;
    assert_eq!(answer, (StatusCode::INTERNAL_SERVER_ERROR, "internal".into()), "{method} {path}");
}

fn unwrapped(latchkey: Latchkey) -> Client {
    serve(move || App::new().configure(latchkey.routes()).route("/api/whoami", web::post().to(whoami)))
}

#[actix_web::test]
async fn without_the_middleware_nothing_is_changed_unchecked() {
    let (latchkey, _folder) = latchkey(|builder| builder).await;
    let client = unwrapped(latchkey);
    for (method, path) in [
        (Method::POST, "/api/login"),
        (Method::POST, "/api/logout"),
        (Method::POST, "/api/refresh-session"),
        (Method::PATCH, "/api/me"),
        (Method::POST, "/api/me/password"),
        (Method::DELETE, "/api/sessions"),
        (Method::DELETE, "/api/sessions/x"),
        (Method::POST, "/api/whoami"),
    ] {
        misconfigured(&client, method, path).await;
    }
}

#[actix_web::test]
async fn without_the_routes_no_extractor_works() {
    let (latchkey, _folder) = latchkey(|builder| builder).await;
    let client = serve(move || App::new().route("/api/whoami", web::get().to(whoami)).wrap(latchkey.middleware()));
    misconfigured(&client, Method::GET, "/api/whoami").await;
}

#[actix_web::test]
async fn a_scope_that_hides_latchkeys_routes_is_no_404() {
    let (latchkey, _folder) = latchkey(|builder| builder).await;
    let client =
        serve(move || App::new().service(web::scope("/api")).configure(latchkey.routes()).wrap(latchkey.middleware()));
    for (method, path) in
        [(Method::POST, "/api/login"), (Method::GET, "/api/me"), (Method::DELETE, "/api/sessions/a-session")]
    {
        misconfigured(&client, method, path).await;
    }
    let unknown = problem(client.get("/api/nothing").await).await;
    assert_eq!(unknown, (StatusCode::NOT_FOUND, "not-found".into()));
}

#[actix_web::test]
async fn an_inner_middleware_may_make_bodies_of_another_type() {
    let (latchkey, _folder) = latchkey(|builder| builder).await;
    let client = serve(move || {
        App::new()
            .configure(latchkey.routes())
            .wrap(actix_web::middleware::NormalizePath::trim())
            .wrap(actix_web::middleware::Condition::new(false, actix_web::middleware::Logger::default()))
            .wrap(latchkey.middleware())
    });
    assert_eq!(client.get("/healthz").await.status(), StatusCode::OK);
}
