//! The app's files.

use reqwest::Method;

use crate::support::{Answer, TestApp};

const HASHED: &str = "/app-0123456789abcdef.js";

async fn get(app: &TestApp, path: &str, headers: &[(&str, &str)]) -> Answer {
    let request =
        headers.iter().fold(app.client().request(Method::GET, path), |r, (name, value)| r.header(*name, *value));
    app.client().send(request).await
}

#[actix_web::test]
async fn a_file_with_a_hash_in_its_name_is_cached_for_a_year() {
    let app = TestApp::start().await;
    let file = get(&app, HASHED, &[]).await;
    assert_eq!(file.header("cache-control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(file.header("content-type"), Some("text/javascript; charset=utf-8"));
    assert!(file.text().starts_with("console.log"));
}

#[actix_web::test]
async fn a_hash_without_leading_zeros_is_cached_for_a_year_too() {
    let app = TestApp::start().await;
    let file = get(&app, "/icon-10f3afc46065231.svg", &[]).await;
    assert_eq!(file.header("cache-control"), Some("public, max-age=31536000, immutable"));
}

#[actix_web::test]
async fn every_other_file_is_revalidated() {
    let app = TestApp::start().await;
    let file = get(&app, "/favicon.svg", &[]).await;
    assert_eq!((file.header("cache-control"), file.header("content-type")), (Some("no-cache"), Some("image/svg+xml")));
    let etag = file.header("etag").unwrap();
    let again = get(&app, "/favicon.svg", &[("If-None-Match", etag)]).await;
    assert_eq!((again.status, again.body.len(), again.header("etag")), (304, 0, Some(etag)));
    assert_eq!(get(&app, "/favicon.svg", &[("If-None-Match", "\"other\"")]).await.status, 200);
}

#[actix_web::test]
async fn the_shortest_accepted_representation_is_sent() {
    let app = TestApp::start().await;
    let plain = get(&app, HASHED, &[]).await;
    for (accepted, encoding) in [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip")] {
        let file = get(&app, HASHED, &[("Accept-Encoding", accepted)]).await;
        assert_eq!((file.header("content-encoding"), file.header("vary")), (Some(encoding), Some("Accept-Encoding")));
        assert!(file.body.len() < plain.body.len() && file.header("etag") != plain.header("etag"));
    }
    assert_eq!(get(&app, HASHED, &[("Accept-Encoding", "zstd")]).await.header("content-encoding"), None);
}

#[actix_web::test]
async fn no_file_outside_of_the_folder_is_served() {
    let app = TestApp::start().await;
    for path in ["/../test.db", "/%2e%2e/test.db", "/..%2ftest.db", "/test.db", "/index.html", "/outside.txt"] {
        assert_eq!(get(&app, path, &[]).await.status, 404, "{path}");
    }
}

#[actix_web::test]
async fn a_link_within_the_folder_is_served_and_a_hidden_file_is_not() {
    let app = TestApp::start().await;
    assert_eq!(get(&app, "/linked.txt", &[]).await.text(), "linked");
    for path in ["/.env", "/..data/linked.txt", "/%2eenv"] {
        assert_eq!(get(&app, path, &[]).await.status, 404, "{path}");
    }
}
