use std::{cell::RefCell, collections::BTreeMap, time::Duration};

use actix_http::body::to_bytes;
use actix_web::{
    App, Error,
    dev::{Service, ServiceResponse},
    http::header::HeaderMap,
    test::{TestRequest, init_service},
};
use allocation_counter::measure;
use serde_json::json;

use super::*;
use crate::{Latchkey, SqliteStore};

const PASSWORD: &str = "seven slow green trams";

/// Most allocations of a check, from the parsed request to the answer: the body, the user's id and the request's.
const MAX_ALLOCATIONS: u64 = 3;

/// A server with a user who is signed in.
struct Bench {
    _folder: tempfile::TempDir,
    latchkey: Latchkey,
    cookie: String,
}

impl Bench {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&format!("sqlite://{}/test.db", folder.path().display())).await.unwrap();
        let latchkey = Latchkey::builder(store).public_url("http://127.0.0.1:8080").start().await.unwrap();
        latchkey.admin().add_user("ada@example.org", "Ada", PASSWORD).await.unwrap();
        let login = json!({ "email": "ada@example.org", "password": PASSWORD });
        let login = TestRequest::post().uri(api::LOGIN).set_json(login).to_request();
        let answer = app(&latchkey).await.call(login).await.unwrap();
        let mut cookies = answer.headers().get_all("set-cookie").map(|cookie| cookie.to_str().unwrap());
        let cookie = cookies.find(|cookie| cookie.starts_with("session=")).unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let bench = Self { _folder: folder, latchkey, cookie };
        bench.until_cached().await;
        bench
    }

    /// The first check reads the session, and until the server follows the store's changes, each check reads it.
    async fn until_cached(&self) {
        let app = app(&self.latchkey).await;
        let checks = async {
            while self.quick().answer(&mut bodiless(self.check())).is_none() {
                app.call(self.check().to_request()).await.unwrap();
            }
        };
        tokio::time::timeout(Duration::from_secs(10), checks).await.expect("the session is cached");
    }

    fn quick(&self) -> QuickCheck {
        QuickCheck::new(self.latchkey.middleware().0)
    }

    fn check(&self) -> TestRequest {
        TestRequest::get().uri(api::VERIFY_SESSION).insert_header(("cookie", &*self.cookie))
    }
}

async fn app(latchkey: &Latchkey) -> impl Service<Request, Response = ServiceResponse<BoxBody>, Error = Error> + use<> {
    init_service(App::new().configure(latchkey.routes()).wrap(latchkey.middleware())).await
}

/// A request without a body, as the server gives it to the app; that of `to_request` has an empty one.
fn bodiless(request: TestRequest) -> Request {
    let mut request = request.to_request();
    drop(request.take_payload());
    request
}

/// The headers of an answer, without the request's id, which differs.
fn headers(of: &HeaderMap) -> BTreeMap<String, Vec<u8>> {
    let headers = of.iter().filter(|(name, _)| *name != "x-request-id");
    headers.map(|(name, value)| (name.to_string(), value.as_bytes().to_vec())).collect()
}

#[actix_web::test]
async fn its_answer_is_the_apps() {
    let bench = Bench::start().await;
    let quick = bench.quick().answer(&mut bodiless(bench.check())).unwrap();
    let of_app = app(&bench.latchkey).await.call(bench.check().to_request()).await.unwrap();
    assert_eq!(quick.status(), of_app.status());
    assert_eq!(headers(quick.headers()), headers(of_app.headers()));
    assert_eq!(quick.headers().len(), of_app.headers().len());
    let (quick, of_app) = (to_bytes(quick.into_body()).await, to_bytes(of_app.into_body()).await);
    assert_eq!(quick.unwrap(), of_app.unwrap());
}

#[actix_web::test]
async fn the_clients_request_id_is_kept() {
    let bench = Bench::start().await;
    let answer = bench.quick().answer(&mut bodiless(bench.check().insert_header(("x-request-id", "r-1")))).unwrap();
    assert_eq!(answer.headers().get("x-request-id").unwrap(), "r-1");
}

#[actix_web::test]
async fn whatever_is_not_plain_goes_on_to_the_app() {
    let bench = Bench::start().await;
    let unknown = format!("session={}", "A".repeat(43));
    let others = [
        TestRequest::get().uri(api::VERIFY_SESSION),
        TestRequest::get().uri(api::VERIFY_SESSION).insert_header(("cookie", unknown)),
        bench.check().append_header(("cookie", format!("session={}", "B".repeat(42) + "A"))),
        bench.check().method(Method::HEAD),
        bench.check().method(Method::POST),
        bench.check().uri("/api/verify-session?x"),
        bench.check().uri("/api/verify-session/"),
        bench.check().uri("/api/me"),
        bench.check().insert_header(("x-activity", "0")),
        bench.check().insert_header(("x-session", "5f0c")),
    ];
    for (at, other) in others.into_iter().enumerate() {
        assert!(bench.quick().answer(&mut bodiless(other)).is_none(), "{at}");
    }
    let with_body = bench.check().set_payload("{}");
    assert!(bench.quick().answer(&mut with_body.to_request()).is_none());
    bench.latchkey.shutdown().await;
    assert!(bench.quick().answer(&mut bodiless(bench.check())).is_none(), "while stopping");
}

#[actix_web::test]
async fn a_check_allocates_little() {
    let bench = Bench::start().await;
    let (quick, request) = (bench.quick(), RefCell::new(bodiless(bench.check())));
    let cost = || measure(|| drop(quick.answer(&mut request.borrow_mut()).unwrap()));
    let worst = (0..100).map(|_| cost()).max_by_key(|cost| cost.count_total).unwrap();
    assert!(worst.count_total <= MAX_ALLOCATIONS, "{worst:?}");
}
