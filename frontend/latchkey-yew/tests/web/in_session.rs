//! An app's requests and the session: what its end, a step-up and another user do to them.

use latchkey_shared::{EndReason, ErrorCode, SignedIn, UserId};
use latchkey_test_kit::tab::Tab;
use latchkey_test_kit::wire::{LOGIN, Reply, VERIFY, embedded, ended, signed_in, signed_in_again, verified};
use latchkey_test_kit::{Page, Server, settle};
use latchkey_yew::{ApiClient, ApiError};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::client::{Started, begin, client};

const NOTE: &str = "/api/notes/7";
const PUT: &str = "PUT /api/notes/7";

/// On a page into which something was typed.
async fn working(server: &Server) -> (Page, ApiClient) {
    server.replies(VERIFY, verified(600, 1));
    let (page, api) = client("/notes/7", embedded()).await;
    page.fill("#work", "half a sentence");
    settle().await;
    (page, api)
}

async fn save(api: &ApiClient) -> Started<Result<(), ApiError>> {
    begin(api.put(NOTE).json(&"half a sentence").send_empty()).await
}

async fn enter_password(page: &Page) {
    page.fill("dialog input[type=password]", "correct horse");
    page.find("dialog [type=submit]").unwrap().click();
    settle().await;
}

fn grace() -> SignedIn {
    let mut grace = signed_in();
    (grace.user.id, grace.user.name) = (UserId("u2".into()), "Grace Hopper".into());
    (grace.user.email, grace.session.id.0) = ("grace@example.org".into(), "s9".into());
    grace
}

/// The sessions in whose name it was sent, with the bodies.
async fn sent(server: &Server) -> Vec<(String, String)> {
    let mut sent = Vec::new();
    for asked in server.requests().into_iter().filter(|request| request.call == PUT) {
        sent.push((asked.session.clone().unwrap(), asked.body().await));
    }
    sent
}

#[wasm_bindgen_test]
async fn after_re_authentication_a_request_is_sent_exactly_once_more_with_the_same_body() {
    for reply in [ended(EndReason::SessionRevoked), Reply::problem(ErrorCode::ReauthRequired)] {
        let server = Server::start();
        let (page, api) = working(&server).await;
        server.replies(PUT, reply).replies(LOGIN, Reply::json(&signed_in_again()));
        let saving = save(&api).await;
        assert_eq!((page.count("dialog[open]"), server.count(PUT), saving.outcome()), (1, 1, None));
        server.replies(PUT, Reply::nothing());
        enter_password(&page).await;
        assert_eq!((saving.outcome(), page.count("dialog[open]")), (Some(Ok(())), 0));
        let body = "\"half a sentence\"".to_owned();
        assert_eq!(sent(&server).await, [("s1".to_owned(), body.clone()), ("s2".to_owned(), body)]);
        assert_eq!(page.value("#work"), "half a sentence");
    }
}

#[wasm_bindgen_test]
async fn a_request_is_not_sent_a_third_time() {
    let server = Server::start();
    let (page, api) = working(&server).await;
    server.replies(PUT, Reply::problem(ErrorCode::ReauthRequired)).replies(LOGIN, Reply::json(&signed_in_again()));
    let saving = save(&api).await;
    enter_password(&page).await;
    let outcome = saving.outcome().unwrap();
    assert!(matches!(&outcome, Err(error) if error.is(ErrorCode::ReauthRequired)), "{outcome:?}");
    assert_eq!((server.count(PUT), page.count("dialog[open]")), (2, 0));
}

#[wasm_bindgen_test]
async fn a_body_of_bytes_is_sent_once_more_too() {
    let server = Server::start();
    let (page, api) = working(&server).await;
    server.replies(PUT, ended(EndReason::SessionRevoked)).replies(LOGIN, Reply::json(&signed_in_again()));
    let saving = begin(api.put(NOTE).body([0, 159, 146, 150], "application/octet-stream").bytes()).await;
    server.replies(PUT, Reply::new(201, "image/png", [1, 0, 255]));
    enter_password(&page).await;
    assert_eq!(saving.outcome(), Some(Ok(vec![1, 0, 255])));
    assert_eq!(
        server.requests().into_iter().rfind(|request| request.call == PUT).unwrap().bytes().await,
        [0, 159, 146, 150]
    );
}

#[wasm_bindgen_test]
async fn several_requests_share_one_dialog_and_each_is_sent_once_more() {
    let server = Server::start();
    let (page, api) = working(&server).await;
    server.replies(PUT, ended(EndReason::SessionRevoked)).replies(LOGIN, Reply::json(&signed_in_again()));
    let (one, two) = (save(&api).await, save(&api).await);
    server.replies(PUT, Reply::nothing());
    enter_password(&page).await;
    assert_eq!((one.outcome(), two.outcome(), page.count("dialog[open]")), (Some(Ok(())), Some(Ok(())), 0));
    // The second was made while the dialog was open, and waited for it.
    assert_eq!(server.count(PUT), 3);
}

#[wasm_bindgen_test]
async fn an_answer_that_arrives_after_the_re_authentication_is_followed_by_a_second_attempt_too() {
    let server = Server::start();
    let (page, api) = working(&server).await;
    server.holds(PUT).replies(LOGIN, Reply::json(&signed_in_again()));
    let saving = save(&api).await;
    Tab::open().sends_end(EndReason::SessionRevoked).await;
    enter_password(&page).await;
    server.release(PUT, ended(EndReason::SessionRevoked));
    server.replies(PUT, Reply::nothing());
    settle().await;
    assert_eq!((saving.outcome(), server.count(PUT), page.count("dialog[open]")), (Some(Ok(())), 2, 0));
}

#[wasm_bindgen_test]
async fn a_closed_dialog_is_a_typed_error() {
    let server = Server::start();
    let (page, api) = working(&server).await;
    server.replies(PUT, Reply::problem(ErrorCode::ReauthRequired));
    let saving = save(&api).await;
    page.event("dialog", "cancel").await;
    assert_eq!(saving.outcome(), Some(Err(ApiError::NotConfirmed)));
    server.replies(PUT, ended(EndReason::SessionRevoked));
    let saving = save(&api).await;
    page.event("dialog", "cancel").await;
    assert_eq!(saving.outcome(), Some(Err(ApiError::SessionEnded(EndReason::SessionRevoked.into()))));
    assert_eq!(server.count(PUT), 2);
}

#[wasm_bindgen_test]
async fn a_request_is_never_sent_as_another_user() {
    for reply in [ended(EndReason::SessionRevoked), Reply::problem(ErrorCode::ReauthRequired)] {
        let server = Server::start();
        let (_page, api) = working(&server).await;
        server.replies(PUT, reply);
        let saving = save(&api).await;
        let begun_meanwhile = save(&api).await;
        server.replies(PUT, Reply::nothing());
        Tab::open().sends_active(grace()).await;
        assert_eq!(saving.outcome(), Some(Err(ApiError::SessionChanged)));
        assert!(matches!(begun_meanwhile.outcome(), Some(Err(ApiError::SessionChanged))));
        assert!(sent(&server).await.iter().all(|(session, _)| session == "s1"));
    }
}

#[wasm_bindgen_test]
async fn an_answer_for_one_user_is_not_returned_to_another() {
    let server = Server::start();
    let (_page, api) = working(&server).await;
    server.holds(PUT);
    let saving = save(&api).await;
    Tab::open().sends_active(grace()).await;
    server.release(PUT, Reply::nothing());
    settle().await;
    assert_eq!(saving.outcome(), Some(Err(ApiError::SessionChanged)));
}

#[wasm_bindgen_test]
async fn a_changed_session_leads_to_a_check_and_not_to_a_second_attempt() {
    let server = Server::start();
    let (page, api) = working(&server).await;
    server.replies(PUT, Reply::problem(ErrorCode::SessionChanged));
    let saving = save(&api).await;
    assert_eq!(saving.outcome(), Some(Err(ApiError::SessionChanged)));
    assert_eq!((server.count(PUT), server.count(VERIFY), page.count("dialog[open]")), (1, 1, 0));
}

#[wasm_bindgen_test]
async fn a_replacement_whose_component_is_unmounted_blocks_no_check() {
    let server = Server::start();
    let (page, api) = working(&server).await;
    server.holds(PUT);
    {
        let mut replacing = Box::pin(api.replace_session(api.put(NOTE)));
        std::future::poll_fn(|context| std::task::Poll::Ready(replacing.as_mut().poll(context).is_pending())).await;
        settle().await;
    }
    settle().await;
    assert_eq!((server.count(VERIFY), page.count("#work")), (1, 1));
}
