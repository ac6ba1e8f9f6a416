//! Routes of the app's own beside Latchkey's.

use reqwest::{Method, StatusCode};

use crate::support::{EMAIL, TestApp, problem};

#[actix_web::test]
async fn a_route_of_the_apps_own_gets_the_session_wherever_it_was_registered() {
    let app = TestApp::start().await;
    let (client, stranger) = (app.signed_in().await, app.client());
    for path in ["/api/before", "/api/whoami", "/api/scope/whoami"] {
        assert_eq!(client.get(path).await.text().await.unwrap(), EMAIL, "{path}");
        let refused = stranger.get(path).await;
        assert_eq!(problem(refused).await, (StatusCode::UNAUTHORIZED, "session-missing".into()), "{path}");
    }
}

#[actix_web::test]
async fn what_nobody_answers_below_api_is_a_problem() {
    let app = TestApp::start().await;
    for path in ["/api", "/api/", "/api/nothing", "/api/scope/nothing"] {
        assert_eq!(problem(app.client().get(path).await).await, (StatusCode::NOT_FOUND, "not-found".into()), "{path}");
    }
}

#[actix_web::test]
async fn the_middleware_stands_around_the_apps_own_routes() {
    let app = TestApp::start().await;
    let answer = app.client().get("/api/before").await;
    assert!(answer.headers().contains_key("x-request-id") && answer.headers()["x-content-type-options"] == "nosniff");
    let cross_site = app.client().request(Method::POST, "/api/before").header("sec-fetch-site", "cross-site");
    assert_eq!(problem(cross_site.send().await.unwrap()).await, (StatusCode::FORBIDDEN, "cross-site".into()));
    let own = app.client().request(Method::POST, "/api/before").header("sec-fetch-site", "same-origin");
    assert_eq!(own.send().await.unwrap().text().await.unwrap(), "posted");
}

#[actix_web::test]
async fn two_of_them_in_one_process_know_nothing_of_each_other() {
    let one = TestApp::start().await;
    let two = TestApp::start_with(|builder| builder.cookie_name("notes").device_cookie_name("notes-device")).await;
    let (in_one, in_two) = (one.signed_in().await, two.signed_in().await);
    assert!(in_one.cookies[0].starts_with("session=") && in_two.cookies[0].starts_with("notes="));
    assert!(in_one.cookies[1].starts_with("latchkey-device=") && in_two.cookies[1].starts_with("notes-device="));
    let both = in_one.with_cookies([in_one.cookies.clone(), in_two.cookies.clone()].concat());
    assert!(both.is_signed_in().await && in_two.is_signed_in().await);
    let moved = in_one.cookies[0].replacen("session=", "notes=", 1);
    assert!(!in_two.with_cookies(vec![moved]).is_signed_in().await);
    one.latchkey.shutdown().await;
    assert!(in_two.is_signed_in().await, "the other one goes on");
}
