//! What counts as an answer of the server: what it said itself, and nothing that something in between made up.

use js_sys::Reflect;
use latchkey_shared::api::PROBLEM_JSON;
use latchkey_shared::{ErrorCode, Problem};
use latchkey_yew::ApiError;
use latchkey_yew::internals::{FetchError, Request, fetch, logout, me};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use latchkey_test_kit::Server;
use latchkey_test_kit::wire::{LOGOUT, ME, Reply, ada, session};

/// Below which path the session routes are.
const API: &str = "/api";

/// What a call with each kind of body makes of a reply.
async fn outcome(server: &Server, reply: Reply) -> (ApiError, ApiError) {
    server.replies(ME, reply.clone()).replies(LOGOUT, reply);
    (me(API).send(None).await.unwrap_err(), logout(API).send(Some(&session(600).id)).await.unwrap_err())
}

async fn is_unavailable(server: &Server, reply: Reply) -> bool {
    let (me, logout) = outcome(server, reply).await;
    matches!(me, ApiError::Unexpected { .. }) && matches!(logout, ApiError::Unexpected { .. })
}

#[wasm_bindgen_test]
async fn json_is_read_whatever_its_parameters() {
    let server = Server::start();
    let body = Reply::json(&ada(3)).body;
    server.replies(ME, Reply::new(200, "application/json; charset=utf-8", body));
    assert_eq!(me(API).send(None).await, Ok(ada(3)));
}

#[wasm_bindgen_test]
async fn a_4xx_problem_is_a_refusal() {
    let server = Server::start();
    for &code in ErrorCode::ALL {
        let (me, _) = outcome(&server, Reply::problem(code)).await;
        let is_final = code.status() < 500 && ![408, 429].contains(&code.status());
        assert_eq!(matches!(me, ApiError::Refused(problem) if problem.error_code() == code), is_final, "{code:?}");
    }
}

#[wasm_bindgen_test]
async fn an_answer_of_an_intermediary_is_never_a_refusal() {
    let server = Server::start();
    for status in [200, 401, 403, 404, 429, 500, 502, 503, 504] {
        assert!(is_unavailable(&server, Reply::new(status, "text/html", "<h1>Log in</h1>")).await, "{status}");
        assert!(is_unavailable(&server, Reply::new(status, "application/json", "")).await, "{status}");
        assert!(is_unavailable(&server, Reply::new(status, PROBLEM_JSON, "{}")).await, "{status}");
    }
}

#[wasm_bindgen_test]
async fn a_problem_with_another_status_is_ignored() {
    let server = Server::start();
    let ended = Reply::problem(ErrorCode::SessionExpired);
    assert!(is_unavailable(&server, Reply { status: 502, ..ended }).await);
}

#[wasm_bindgen_test]
async fn retry_after_is_read_in_seconds_and_limited() {
    let server = Server::start();
    for (header, expected_ms) in
        [("7", Some(7_000)), ("99999999999", Some(300_000)), ("-1", None), ("Wed, 21 Oct 2026 07:28:00 GMT", None)]
    {
        let retry_after = Some(header);
        let (me, _) = outcome(&server, Reply { retry_after, ..Reply::problem(ErrorCode::Unavailable) }).await;
        assert!(
            matches!(me, ApiError::Unavailable { retry_after_ms, .. } if retry_after_ms == expected_ms),
            "{header}"
        );
    }
}

#[wasm_bindgen_test]
async fn retry_after_is_read_only_from_a_problem_of_this_api() {
    let server = Server::start();
    let mut foreign = Problem::new(ErrorCode::Unavailable, "A proxy speaks.");
    foreign.kind = "about:blank".into();
    let foreign = serde_json::to_string(&foreign).unwrap();
    for reply in [Reply::new(503, "text/html", "<h1>Maintenance</h1>"), Reply::new(503, PROBLEM_JSON, foreign)] {
        let (me, _) = outcome(&server, Reply { retry_after: Some("120"), ..reply }).await;
        assert!(matches!(me, ApiError::Unexpected { .. }) && me.retry_after_ms().is_none());
    }
}

#[wasm_bindgen_test]
async fn a_problem_of_another_api_is_no_refusal_and_no_end() {
    let server = Server::start();
    for code in [ErrorCode::SessionExpired, ErrorCode::Unacceptable] {
        let mut foreign = Problem::new(code, "A sign-on proxy speaks.");
        foreign.kind = "https://proxy.example/problems/sign-on".into();
        let body = serde_json::to_string(&foreign).unwrap();
        assert!(is_unavailable(&server, Reply::new(code.status(), PROBLEM_JSON, body)).await, "{code:?}");
    }
}

#[wasm_bindgen_test]
async fn a_401_with_a_reason_that_this_build_does_not_know_is_a_refusal_in_the_servers_own_words() {
    let server = Server::start();
    let (me, _) = outcome(&server, Reply::from_the_future("moved-abroad", "It lives elsewhere now.")).await;
    let ApiError::Refused(problem) = me else { panic!("no refusal: {me:?}") };
    let told = (problem.status, problem.error_code(), problem.family_code(), problem.detail.as_str());
    assert_eq!(told, (401, ErrorCode::Unknown, Some("moved-abroad"), "It lives elsewhere now."));
}

#[wasm_bindgen_test]
async fn a_request_that_times_out_is_aborted() {
    let server = Server::start();
    server.holds(ME);
    let request =
        Request { method: "GET", path: "/api/me", headers: &[], body: None, keepalive: false, timeout_ms: 60 };
    assert_eq!(fetch(request).await, Err(FetchError::TimedOut));
    assert!(server.requests()[0].signal.as_ref().unwrap().aborted());
}

#[wasm_bindgen_test]
async fn a_time_out_works_in_old_browsers_without_abort_controller() {
    let server = Server::start();
    server.holds(ME).replies(LOGOUT, Reply::nothing());
    let window = web_sys::window().unwrap();
    let lacking = ["AbortController", "AbortSignal"].map(|name| {
        let there = Reflect::get(&window, &name.into()).unwrap();
        Reflect::set(&window, &name.into(), &JsValue::UNDEFINED).unwrap();
        (name, there)
    });
    let request =
        Request { method: "GET", path: "/api/me", headers: &[], body: None, keepalive: false, timeout_ms: 60 };
    let late = fetch(request).await;
    let in_time = logout(API).send(None).await;
    for (name, there) in lacking {
        Reflect::set(&window, &name.into(), &there).unwrap();
    }
    assert_eq!((late, in_time), (Err(FetchError::TimedOut), Ok(())));
}

#[wasm_bindgen_test]
async fn a_sign_out_is_sent_even_if_the_page_is_closed_right_after() {
    let server = Server::start();
    server.replies(LOGOUT, Reply::nothing()).replies(ME, Reply::json(&ada(1)));
    logout(API).send(None).await.unwrap();
    me(API).send(None).await.unwrap();
    assert_eq!(server.requests().iter().map(|asked| asked.keepalive).collect::<Vec<_>>(), [true, false]);
}

#[wasm_bindgen_test]
async fn too_many_attempts_show_the_servers_message() {
    let server = Server::start();
    let mut problem = Problem::new(ErrorCode::Unknown, "Wait a minute.");
    problem.status = 429;
    let body = Reply::json(&problem).body;
    let (me, _) = outcome(&server, Reply::new(429, PROBLEM_JSON, body)).await;
    assert_eq!(me.message(), "Wait a minute.");
}
