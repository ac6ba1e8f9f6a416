//! `GET /api/forward-auth`, asked as proxies ask it.

use std::time::Duration;

use latchkey_shared::{EndReason, ErrorCode, SignedIn, api};
use reqwest::Method;

use crate::support::{Answer, Client, PASSWORD, TestApp};

const NAVIGATION: (&str, &str) = ("Sec-Fetch-Mode", "navigate");
const WANTED: (&str, &str) = ("X-Forwarded-Uri", "/reports/?x=1");
const GUARDED: [&str; 4] = ["--guarded", "/reports/,/wiki/", "--trusted-proxies", "127.0.0.1"];

async fn ask(client: &Client<'_>, headers: &[(&str, &str)]) -> Answer {
    ask_at(client, Method::GET, api::FORWARD_AUTH, headers).await
}

async fn ask_at(client: &Client<'_>, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
    let request = client.request(method, path);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    client.clone().send(request).await
}

#[actix_web::test]
async fn an_active_session_is_named_with_its_user() {
    let app = TestApp::start().await;
    app.add_user("zoë%x@bücher.example", "Zoë O'Hara, 100 %").await;
    let mut client = app.client();
    let signed_in = client.log_in_as("zoë%x@bücher.example", PASSWORD).await;
    let SignedIn { user, .. } = signed_in.json();
    for headers in [vec![], vec![NAVIGATION], vec![(api::SESSION_HEADER, "another"), ("Content-Type", "x")]] {
        for method in [Method::GET, Method::HEAD] {
            let answer = ask_at(&client, method, api::FORWARD_AUTH, &headers).await;
            assert_eq!((answer.status, answer.body.len(), answer.set_cookie()), (200, 0, None), "{headers:?}");
            assert_eq!(answer.header(api::USER_HEADER), Some(user.id.0.as_str()));
            assert_eq!(answer.header(api::EMAIL_HEADER), Some("zo%C3%AB%25x@b%C3%BCcher.example"));
            assert_eq!(answer.header(api::NAME_HEADER), Some("Zo%C3%AB%20O%27Hara%2C%20100%20%25"));
            assert_eq!(answer.header("cache-control"), Some("no-store"));
            assert_eq!(answer.header("vary"), Some("Cookie, Accept, Sec-Fetch-Mode, X-Requested-With"));
        }
    }
}

#[actix_web::test]
async fn a_program_gets_the_401_with_its_reason_and_keeps_the_cookie() {
    let app = TestApp::start_with(&GUARDED).await;
    let ended = app.signed_in().await;
    app.end(&ended, EndReason::SessionRevoked).await;
    for (client, code) in [(app.client(), ErrorCode::SessionMissing), (ended, ErrorCode::SessionRevoked)] {
        for headers in
            [vec![WANTED], vec![("Accept", "*/*")], vec![("Sec-Fetch-Mode", "cors"), ("Accept", "text/html")]]
        {
            let answer = ask(&client, &headers).await;
            answer.assert_problem(code);
            assert_eq!((answer.set_cookie(), answer.header("location")), (None, None));
            assert!(answer.header("www-authenticate").is_some());
        }
        let other_method = ask_at(&client, Method::POST, api::FORWARD_AUTH, &[]).await;
        other_method.assert_problem(ErrorCode::MethodNotAllowed);
    }
}

#[actix_web::test]
async fn a_user_is_led_to_the_sign_in_page_and_keeps_the_cookie() {
    let app = TestApp::start_with(&GUARDED).await;
    let ended = app.signed_in().await;
    app.end(&ended, EndReason::SessionRevoked).await;
    for (client, reason) in [(app.client(), "session-missing"), (ended, "session-revoked")] {
        for sign in [NAVIGATION, ("Accept", "text/html,*/*;q=0.8")] {
            let answer = ask(&client, &[sign, WANTED]).await;
            assert_eq!((answer.status, answer.set_cookie(), answer.body.len()), (303, None, 0));
            let location = format!("/auth?next=%2Freports%2F%3Fx%3D1&reason={reason}");
            assert_eq!(answer.header("location"), Some(location.as_str()));
            assert_eq!(answer.header("cache-control"), Some("no-store"));
        }
    }
}

#[actix_web::test]
async fn the_way_back_stays_below_the_guarded_prefixes() {
    let app = TestApp::start_with(&GUARDED).await;
    let location = async |headers: &[(&str, &str)]| {
        let headers = [&[NAVIGATION], headers].concat();
        ask(&app.client(), &headers).await.header("location").map(str::to_owned)
    };
    for (wanted, next) in [
        ("/wiki/a%2Fb", "next=%2Fwiki%2Fa%252Fb&"),
        ("/dashboard?tab=1", "next=%2Fdashboard%3Ftab%3D1&"),
        ("/reports/a?x=1#frag", "next=%2Freports%2Fa%3Fx%3D1&"),
        (&*format!("/wiki/a?{}", "x".repeat(2048)), "next=%2Fwiki%2F&"),
        (&*format!("/wiki/{}", "x".repeat(7000)), "next=%2Fwiki%2F&"),
        (&*format!("/wiki/../api/me?{}", "x".repeat(2048)), ""),
        (&*format!("/dashboard?{}", "x".repeat(2048)), ""),
        ("/elsewhere/", ""),
        ("//evil.example/reports/", ""),
        ("/\\evil.example/reports/", ""),
        ("https://evil.example/reports/", ""),
        ("/reports/../api/me", ""),
        ("/reports/%2e%2e/api/me", ""),
        ("/reports/..%2fapi", ""),
        ("/auth", ""),
    ] {
        let expected = format!("/auth?{next}reason=session-missing");
        assert_eq!(location(&[("X-Original-URI", wanted)]).await, Some(expected), "{wanted}");
    }
    for methods in [
        &[("X-Forwarded-Method", "POST")][..],
        &[("X-Original-Method", "GET"), ("X-Forwarded-Method", "POST")],
        &[("X-Original-Method", "POST"), ("X-Forwarded-Method", "GET")],
        &[("X-Original-Method", "GET"), ("X-Original-Method", "DELETE")],
    ] {
        let posted = location(&[&[WANTED], methods].concat()).await;
        assert_eq!(posted.as_deref(), Some("/auth?next=%2Freports%2F&reason=session-missing"), "{methods:?}");
    }
}

#[actix_web::test]
async fn only_a_trusted_proxy_says_the_way_back() {
    let app = TestApp::start_with(&["--guarded", "/reports/", "--trusted-proxies", "10.0.0.0/8"]).await;
    for header in ["X-Forwarded-Uri", "X-Original-URI"] {
        let answer = ask(&app.client(), &[NAVIGATION, (header, "/reports/"), ("X-Forwarded-For", "10.0.0.1")]).await;
        assert_eq!(answer.header("location"), Some("/auth?reason=session-missing"));
    }
}

#[actix_web::test]
async fn an_outage_is_a_503_with_words_for_users() {
    let app = TestApp::start_with(&GUARDED).await;
    let client = app.signed_in().await;
    app.store.switch_off();
    let program = ask(&client, &[WANTED]).await;
    program.assert_problem(ErrorCode::Unavailable);
    let page = ask(&client, &[NAVIGATION, WANTED]).await;
    assert_eq!((page.status, page.header("content-type")), (503, Some("text/html; charset=utf-8")));
    assert!(page.text().contains("You have not been signed out") && !page.text().contains("<script"));
    for answer in [program, page] {
        assert_eq!((answer.set_cookie(), answer.header("retry-after")), (None, Some("1")));
    }
}

#[actix_web::test]
async fn envoy_appends_the_path_and_keeps_the_method() {
    let app = TestApp::start_with(&GUARDED).await;
    let (anonymous, client) = (app.client(), app.signed_in().await);
    let at = format!("{}/reports/?x=1&explain", api::FORWARD_AUTH);
    for method in [Method::GET, Method::POST, Method::DELETE, Method::OPTIONS] {
        assert_eq!(ask_at(&client, method.clone(), &at, &[]).await.status, 200, "{method}");
        assert_eq!(ask_at(&anonymous, method, &at, &[]).await.status, 401);
    }
    let answer = ask_at(&anonymous, Method::GET, &at, &[NAVIGATION]).await;
    let location = "/auth?next=%2Freports%2F%3Fx%3D1%26explain&reason=session-missing";
    assert_eq!((answer.status, answer.header("location")), (303, Some(location)));
    let answer = ask_at(&anonymous, Method::POST, &at, &[NAVIGATION]).await;
    assert_eq!(answer.header("location"), Some("/auth?next=%2Freports%2F&reason=session-missing"));
}

#[actix_web::test]
async fn a_proxy_that_was_refused_gets_an_answer_to_pass_on_and_never_a_200() {
    let app = TestApp::start_with(&GUARDED).await;
    let explain = format!("{}?explain", api::FORWARD_AUTH);
    let answer = ask_at(&app.client(), Method::GET, &explain, &[]).await;
    answer.assert_problem(ErrorCode::SessionMissing);
    assert_eq!(ask_at(&app.client(), Method::GET, &explain, &[NAVIGATION]).await.status, 303);
    let client = app.signed_in().await;
    ask_at(&client, Method::GET, &explain, &[]).await.assert_problem(ErrorCode::Unavailable);
    assert_eq!(ask_at(&client, Method::GET, &explain, &[NAVIGATION]).await.status, 503);
}

#[actix_web::test]
async fn an_answer_is_no_activity_unless_the_proxy_says_so() {
    let app = TestApp::start_with(&["--idle-timeout", "10m"]).await;
    let (quiet, busy) = (app.signed_in().await, app.signed_in().await);
    for _ in 0..3 {
        app.advance(Duration::from_secs(4 * 60));
        ask(&quiet, &[NAVIGATION]).await;
        ask(&busy, &[(api::ACTIVITY_HEADER, "0")]).await;
    }
    ask(&quiet, &[]).await.assert_problem(ErrorCode::SessionIdle);
    assert_eq!(ask(&busy, &[]).await.status, 200);
}

#[actix_web::test]
async fn a_signed_in_user_who_comes_to_the_sign_in_page_goes_on_to_the_program() {
    let app = TestApp::start_with(&GUARDED).await;
    let mut client = app.signed_in().await;
    for (next, location) in [
        ("%2Freports%2F%3Fx%3D1", Some("/reports/?x=1")),
        ("/wiki/", Some("/wiki/")),
        ("/account", None),
        ("//evil.example/reports/", None),
        ("/reports/..%2fapi", None),
        ("/reports/%0d%0aSet-Cookie:x=1", None),
    ] {
        let page = client.get(&format!("/auth?next={next}")).await;
        let status = if location.is_some() { 303 } else { 200 };
        assert_eq!((page.status, page.header("location")), (status, location), "{next}");
    }
    let page = app.client().get("/auth?next=/reports/").await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains(r#"<meta name="latchkey-guarded" content="/reports/ /wiki/">"#));
}

#[actix_web::test]
async fn a_programs_path_that_no_proxy_took_is_not_found() {
    let app = TestApp::start_with(&GUARDED).await;
    for path in ["/reports/", "/reports/a/?x=1", "/wiki/"] {
        let page = app.client().get(path).await;
        assert_eq!((page.status, page.header("location")), (404, None), "{path}");
    }
    assert_eq!(app.client().get("/elsewhere/").await.status, 308);
}
