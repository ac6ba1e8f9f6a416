//! An app's own requests: what can be sent, and what is made of the answers.

use std::collections::BTreeMap;
use std::time::Duration;

use latchkey_shared::api::{KEEP_COOKIE_HEADER, PROBLEM_JSON};
use latchkey_shared::{EndReason, ErrorCode, Problem};
use latchkey_test_kit::wire::{Reply, VERIFY, embedded, embedded_end, ended, verified};
use latchkey_test_kit::{Server, settle};
use latchkey_yew::{ApiClient, ApiError};
use serde::{Deserialize, Serialize};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::client::{begin, client};

const NOTE: &str = "/api/notes/7";
const GET: &str = "GET /api/notes/7";
const PUT: &str = "PUT /api/notes/7";

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Note {
    text: String,
    pinned: Option<bool>,
    tags: BTreeMap<String, u64>,
}

fn note() -> Note {
    Note { text: "Tea — ☕".into(), pinned: None, tags: [("a".into(), 1)].into() }
}

async fn api(server: &Server) -> (latchkey_test_kit::Page, ApiClient) {
    server.replies(VERIFY, verified(600, 1));
    client("/notes/7", embedded()).await
}

#[wasm_bindgen_test]
async fn json_is_sent_and_received_as_serde_json_writes_it() {
    let server = Server::start();
    let (_page, api) = api(&server).await;
    server.replies(PUT, Reply::json(&note()));
    let saved: Note = api.put(NOTE).json(&note()).send().await.unwrap();
    assert_eq!(saved, note());
    let sent: serde_json::Value = serde_json::from_str(&server.last_body(PUT).await).unwrap();
    assert_eq!(sent, serde_json::to_value(note()).unwrap());
    let asked = server.requests().pop().unwrap();
    assert_eq!(asked.session.as_deref(), Some("s1"));
    assert_eq!(asked.header("content-type").as_deref(), Some("application/json"));
    assert_eq!(asked.header("accept").as_deref(), Some("application/json"));
}

#[wasm_bindgen_test]
async fn any_2xx_is_a_success() {
    let server = Server::start();
    let (_page, api) = api(&server).await;
    for status in [200, 201, 202, 203, 206, 299] {
        server.replies(GET, Reply { status, ..Reply::json(&note()) });
        assert_eq!(api.get(NOTE).send::<Note>().await, Ok(note()), "{status}");
        assert_eq!(api.get(NOTE).send_empty().await, Ok(()), "{status}");
        assert_eq!(api.get(NOTE).response().await.unwrap().status(), status);
    }
    server.replies(GET, Reply::new(201, "application/vnd.notes+json; charset=utf-8", Reply::json(&note()).body));
    assert_eq!(api.get(NOTE).send::<Note>().await, Ok(note()));
}

#[wasm_bindgen_test]
async fn an_empty_answer_in_place_of_json_is_a_clear_error() {
    let server = Server::start();
    let (_page, api) = api(&server).await;
    for reply in [Reply::nothing(), Reply::new(200, "application/json", "")] {
        server.replies(GET, reply);
        let error = api.get(NOTE).send::<Note>().await.unwrap_err();
        assert!(matches!(&error, ApiError::Unexpected { reason, .. } if reason.contains("no body")), "{error:?}");
        assert_eq!(api.get(NOTE).send_empty().await, Ok(()));
    }
}

#[wasm_bindgen_test]
async fn an_unexpected_kind_of_success_is_a_clear_error() {
    let server = Server::start();
    let (_page, api) = api(&server).await;
    for (reply, expected) in [
        (Reply::portal(), "media type"),
        (Reply::new(200, "application/json", "{"), "not JSON"),
        (Reply::new(200, "application/json", "{}"), "text"),
    ] {
        server.replies(GET, reply);
        let error = api.get(NOTE).send::<Note>().await.unwrap_err();
        assert!(matches!(&error, ApiError::Unexpected { reason, .. } if reason.contains(expected)), "{error:?}");
    }
    server.replies(GET, Reply::portal());
    assert!(matches!(api.get(NOTE).send_empty().await, Err(ApiError::Unexpected { .. })));
}

#[wasm_bindgen_test]
async fn bytes_are_sent_and_received_unchanged_and_any_media_type_can_be_requested() {
    let server = Server::start();
    let (_page, api) = api(&server).await;
    let png = [0x89, 0x50, 0, 0xff, 0xfe];
    server.replies(PUT, Reply::new(200, "image/png", png));
    let back = api.put(NOTE).body(png, "image/png").accept("image/png").bytes().await;
    assert_eq!(back.as_deref(), Ok(&png[..]));
    let asked = server.requests().pop().unwrap();
    let header = |name| asked.header(name).unwrap();
    assert_eq!((header("accept"), header("content-type")), ("image/png".into(), "image/png".into()));
    assert_eq!(asked.bytes().await, png);
    server.replies(GET, Reply::new(200, "text/csv", "\u{feff}a;b"));
    assert_eq!(api.get(NOTE).text().await.as_deref(), Ok("a;b"));
    assert_eq!(server.requests().pop().unwrap().header("accept").as_deref(), Some("*/*"));
    let response = api.get(NOTE).response().await.unwrap();
    assert_eq!((response.status(), response.media_type().as_str()), (200, "text/csv"));
    assert_eq!(response.header("Content-Type").as_deref(), Some("text/csv"));
}

#[wasm_bindgen_test]
async fn methods_headers_and_parameters_are_sent_as_the_app_sets_them() {
    let server = Server::start();
    let (_page, api) = api(&server).await;
    for request in
        [api.get(NOTE), api.post(NOTE), api.put(NOTE), api.patch(NOTE), api.delete(NOTE), api.request("OPTIONS", NOTE)]
    {
        let _ = request.query("q", "a&b=ä").query("page", "2").header("If-Match", "\"3\"").send_empty().await;
    }
    let query = "/api/notes/7?q=a%26b%3D%C3%A4&page=2";
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
        assert_eq!(server.count(&format!("{method} {query}")), 1, "{method}");
    }
    assert_eq!(server.requests().pop().unwrap().header("if-match").as_deref(), Some("\"3\""));
}

#[wasm_bindgen_test]
async fn the_sessions_own_headers_cannot_be_set() {
    let server = Server::start();
    let (_page, api) = api(&server).await;
    server.replies(GET, Reply::nothing());
    api.get(NOTE).header("x-session", "s9").send_empty().await.unwrap();
    assert_eq!(server.requests().pop().unwrap().session.as_deref(), Some("s1"));
}

#[wasm_bindgen_test]
async fn no_request_is_sent_to_another_site() {
    let server = Server::start();
    let (_page, api) = api(&server).await;
    let before = server.requests().len();
    for url in
        ["https://other.example/api", "//other.example/api", "/\\other.example", "/\t/other.example", "api/notes", ""]
    {
        for request in [api.get(url), api.post(url).without_session()] {
            let error = request.send_empty().await.unwrap_err();
            assert!(matches!(&error, ApiError::InvalidRequest(why) if why.contains(url)), "{url}: {error:?}");
        }
    }
    assert_eq!(server.requests().len(), before);
}

#[wasm_bindgen_test]
async fn a_base_element_leads_no_request_to_another_site() {
    let server = Server::start();
    let (_page, api) = api(&server).await;
    let document = web_sys::window().unwrap().document().unwrap();
    let base = document.create_element("base").unwrap();
    base.set_attribute("href", "https://other.example/app/").unwrap();
    document.head().unwrap().append_child(&base).unwrap();
    let _ = api.get(NOTE).send_empty().await;
    base.remove();
    let own = web_sys::window().unwrap().location().origin().unwrap();
    assert!(server.requests().pop().unwrap().url().starts_with(&own));
}

#[wasm_bindgen_test]
async fn a_request_that_the_browser_refuses_is_an_invalid_request() {
    let server = Server::start();
    let (_page, api) = api(&server).await;
    let huge: u64 = 1 << 60;
    for request in [
        api.get(NOTE).header("a b", "c"),
        api.request("TRACE", NOTE),
        api.get(NOTE).body("x", "text/plain"),
        api.put(NOTE).json(&huge),
    ] {
        assert!(matches!(request.send_empty().await, Err(ApiError::InvalidRequest(_))));
    }
}

#[wasm_bindgen_test]
async fn each_request_has_its_own_time_out() {
    let server = Server::start();
    let (_page, api) = api(&server).await;
    server.holds(GET);
    let answer = api.get(NOTE).timeout(Duration::from_millis(60)).send_empty().await;
    assert_eq!(answer, Err(ApiError::Timeout));
    assert!(server.requests().pop().unwrap().signal.unwrap().aborted());
}

#[wasm_bindgen_test]
async fn a_request_is_aborted_when_its_future_is_dropped_and_nothing_waits_for_it() {
    let server = Server::start();
    let (_page, api) = api(&server).await;
    server.holds(GET).replies(PUT, Reply::nothing());
    let mut request = Box::pin(api.get(NOTE).send_empty());
    let begun = std::future::poll_fn(|context| std::task::Poll::Ready(request.as_mut().poll(context).is_pending()));
    assert!(begun.await);
    settle().await;
    let pending = std::future::poll_fn(|context| std::task::Poll::Ready(request.as_mut().poll(context).is_pending()));
    assert!(pending.await);
    drop(request);
    assert!(server.requests().pop().unwrap().signal.unwrap().aborted());
    assert_eq!(api.put(NOTE).send_empty().await, Ok(()));
}

#[wasm_bindgen_test]
async fn an_apps_own_problem_is_a_refusal_and_never_an_end() {
    let server = Server::start();
    let (page, api) = api(&server).await;
    for status in [400, 401, 403, 409, 422] {
        let problem =
            Problem::custom(status, "urn:notes:problem:locked", "session-expired", "Locked", "Ada is editing it.");
        let body = serde_json::to_string(&problem).unwrap();
        server.replies(GET, Reply::new(status, PROBLEM_JSON, body));
        let error = api.get(NOTE).send::<Note>().await.unwrap_err();
        assert_eq!(error.to_string(), "Ada is editing it.");
        assert_eq!(error, ApiError::Refused(problem));
    }
    settle().await;
    assert_eq!((page.count("#work"), page.count("dialog[open]"), server.count(VERIFY)), (1, 0, 0));
}

#[wasm_bindgen_test]
async fn an_unavailable_server_ends_nothing() {
    let server = Server::start();
    let (page, api) = api(&server).await;
    server.unreachable(GET);
    assert_eq!(api.get(NOTE).send::<Note>().await, Err(ApiError::Offline));
    server.replies(GET, Reply { retry_after: Some("7"), ..Reply::problem(ErrorCode::Unavailable) });
    let error = api.get(NOTE).send::<Note>().await.unwrap_err();
    assert!(matches!(error, ApiError::Unavailable { retry_after_ms: Some(7_000), .. }), "{error:?}");
    server.replies(GET, Reply { retry_after: Some("7"), ..Reply::problem(ErrorCode::TooManyAttempts) });
    let error = api.get(NOTE).send::<Note>().await.unwrap_err();
    assert!(matches!(error, ApiError::TooManyRequests { retry_after_ms: Some(7_000), .. }), "{error:?}");
    for (status, body) in [(401, "<h1>Log in</h1>"), (503, "down"), (404, "{}")] {
        server.replies(GET, Reply::new(status, "text/html", body));
        let error = api.get(NOTE).send::<Note>().await.unwrap_err();
        assert!(matches!(&error, ApiError::Unexpected { response, .. } if response.status() == status), "{error:?}");
    }
    settle().await;
    assert_eq!((page.count("#work"), page.count("dialog[open]")), (1, 0));
}

#[wasm_bindgen_test]
async fn a_request_without_a_session_has_no_session_header_and_its_401_ends_nothing() {
    let server = Server::start();
    let (page, api) = api(&server).await;
    server.replies(GET, ended(EndReason::SessionExpired));
    let error = api.get(NOTE).without_session().send::<Note>().await.unwrap_err();
    assert!(error.is(ErrorCode::SessionExpired), "{error:?}");
    settle().await;
    let asked = server.requests().pop().unwrap();
    assert_eq!((asked.session.clone(), asked.header(KEEP_COOKIE_HEADER).as_deref()), (None, Some("1")));
    assert_eq!((page.count("#work"), page.count("dialog[open]"), server.count(GET)), (1, 0, 1));
}

#[wasm_bindgen_test]
async fn without_a_user_only_a_request_without_a_session_is_sent() {
    let server = Server::start();
    server.replies(GET, Reply::json(&note()));
    let (_page, api) = client("/", embedded_end(EndReason::SessionMissing)).await;
    let error = api.get(NOTE).send::<Note>().await.unwrap_err();
    assert!(matches!(error, ApiError::NotSignedIn | ApiError::SessionEnded(_)), "{error:?}");
    assert_eq!(server.count(GET), 0);
    assert_eq!(api.get(NOTE).without_session().send::<Note>().await, Ok(note()));
}

#[wasm_bindgen_test]
async fn a_request_waits_until_the_session_is_known_and_one_without_a_session_does_not() {
    let server = Server::start();
    server.holds(VERIFY).replies(GET, Reply::json(&note()));
    server.replies(latchkey_test_kit::wire::ME, Reply::json(&latchkey_test_kit::wire::ada(1)));
    let (_page, api) = client("/", None).await;
    assert_eq!(api.get(NOTE).without_session().send::<Note>().await, Ok(note()));
    let waiting = begin(api.get(NOTE).send::<Note>()).await;
    assert_eq!((server.count(GET), waiting.outcome()), (1, None));
    server.release(VERIFY, verified(600, 1));
    settle().await;
    assert_eq!((server.count(GET), waiting.outcome()), (2, Some(Ok(note()))));
    assert_eq!(server.requests().pop().unwrap().session.as_deref(), Some("s1"));
}
