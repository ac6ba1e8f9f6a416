//! What a check of a cached session may cost, by counts, because times differ from machine to machine: no query, no waiting, and at most
//! so many allocations.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should stop loudly")]

use std::{cell::RefCell, time::Duration};

use actix_http::Request;
use actix_web::{
    App, Error,
    body::{MessageBody, to_bytes},
    dev::{Service, ServiceResponse},
    test::{TestRequest, init_service},
};
use allocation_counter::{AllocationInfo, measure};
use futures_util::FutureExt;
use latchkey_actix::{Latchkey, SqliteStore};
use serde_json::json;

/// Most allocations of a check, from the parsed request to the answer: 8 when it was measured. They are the request's extensions and
/// path, the futures of router, resource, handler and middleware, the body, and the two headers that differ between answers.
const MAX_ALLOCATIONS: u64 = 8;

/// Most bytes of these allocations: 1 088 when it was measured.
const MAX_BYTES: u64 = 1_500;

const PASSWORD: &str = "seven slow green trams";

#[actix_web::test]
async fn a_check_of_a_cached_session_makes_no_query_never_waits_and_allocates_little() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&format!("sqlite://{}/test.db", folder.path().display())).await.unwrap();
    let latchkey = Latchkey::builder(store).public_url("http://127.0.0.1:8080").start().await.unwrap();
    latchkey.admin().add_user("ada@example.org", "Ada", PASSWORD).await.unwrap();
    let app = App::new().configure(latchkey.routes()).configure(latchkey.metrics_routes()).wrap(latchkey.middleware());
    let app = init_service(app).await;
    let cookie = log_in(&app).await;
    let check = || TestRequest::get().uri("/api/verify-session").insert_header(("cookie", &*cookie)).to_request();

    // The first check reads the session. Until the server follows the store's changes, each check reads it.
    let cached =
        async { while app.call(check()).await.unwrap().status() != 200 || !is_ready_at_once(&app, check()) {} };
    tokio::time::timeout(Duration::from_secs(10), cached).await.expect("the session is cached");

    let reads = reads(&app).await;
    let worst = (0..100).map(|_| cost(&app, check())).max_by_key(|cost| cost.count_total).unwrap();
    assert_eq!(self::reads(&app).await, reads, "reads of the store");
    assert!(worst.count_total <= MAX_ALLOCATIONS, "{worst:?}");
    assert!(worst.bytes_total <= MAX_BYTES, "{worst:?}");
}

/// What the answer to a check costs, until it can be sent.
fn cost(
    app: &impl Service<Request, Response = ServiceResponse<impl MessageBody>, Error = Error>,
    request: Request,
) -> AllocationInfo {
    let (request, answer) = (RefCell::new(Some(request)), RefCell::new(None));
    let cost = measure(|| {
        let request = request.take().unwrap();
        answer.replace(app.call(request).now_or_never());
    });
    let answer = answer.into_inner().expect("a check of a cached session does not wait").unwrap();
    assert_eq!(answer.status(), 200);
    cost
}

fn is_ready_at_once(
    app: &impl Service<Request, Response = ServiceResponse<impl MessageBody>, Error = Error>,
    request: Request,
) -> bool {
    app.call(request).now_or_never().is_some_and(|answer| answer.unwrap().status() == 200)
}

async fn log_in(app: &impl Service<Request, Response = ServiceResponse<impl MessageBody>, Error = Error>) -> String {
    let login = json!({ "email": "ada@example.org", "password": PASSWORD });
    let answer = app.call(TestRequest::post().uri("/api/login").set_json(login).to_request()).await.unwrap();
    let mut cookies = answer.headers().get_all("set-cookie").map(|cookie| cookie.to_str().unwrap());
    let cookie = cookies.find(|cookie| cookie.starts_with("session=")).unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

/// How many checks have read the store so far.
async fn reads(app: &impl Service<Request, Response = ServiceResponse<impl MessageBody>, Error = Error>) -> String {
    let answer = app.call(TestRequest::get().uri("/metrics").to_request()).await.unwrap();
    let text = to_bytes(answer.into_body()).await.unwrap_or_default();
    let text = String::from_utf8(text.to_vec()).unwrap();
    text.lines().find(|line| line.starts_with("latchkey_cache_misses_total")).unwrap().to_owned()
}
