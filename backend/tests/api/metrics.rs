//! `/metrics`.

use crate::support::{EMAIL, TestApp};

#[actix_web::test]
async fn checks_and_log_ins_are_counted() {
    let app = TestApp::start_with(&["--metrics-listen", "127.0.0.1:0"]).await;
    let mut client = app.signed_in().await;
    client.verify().await;
    client.verify().await;
    app.client_with(&format!("session={}", "A".repeat(43))).verify().await;
    app.client().log_in_as(EMAIL, "wrong").await;
    let text = app.metrics().await;
    for line in [
        "latchkey_verifications_total{outcome=\"active\"} 2",
        "latchkey_verifications_total{outcome=\"ended\"} 1",
        "latchkey_log_ins_total{outcome=\"ok\"} 1",
        "latchkey_log_ins_total{outcome=\"bad-credentials\"} 1",
        "latchkey_active_sessions 1",
        "latchkey_hash_queue 0",
        "latchkey_store_answer_seconds_count{operation=\"insert_session\",outcome=\"ok\"} 1",
    ] {
        assert!(text.lines().any(|seen| seen == line), "{line} is not in\n{text}");
    }
    assert!(!text.contains(EMAIL));
}

#[actix_web::test]
async fn a_file_causes_no_check_and_a_page_causes_one() {
    let app = TestApp::start_with(&["--metrics-listen", "127.0.0.1:0"]).await;
    let mut client = app.signed_in().await;
    for (path, checks) in [("/favicon.svg", 0), ("/nothing.js", 0), ("/dashboard", 1)] {
        client.get(path).await;
        let line = format!("latchkey_verifications_total{{outcome=\"active\"}} {checks}\n");
        assert!(app.metrics().await.contains(&line), "{path}");
    }
}

#[actix_web::test]
async fn an_outage_is_counted_as_an_outage() {
    let app = TestApp::start_with(&["--metrics-listen", "127.0.0.1:0"]).await;
    let mut client = app.signed_in().await;
    app.store.switch_off();
    client.verify().await;
    let text = app.metrics().await;
    assert!(text.contains("latchkey_verifications_total{outcome=\"cannot-tell\"} 1"), "{text}");
}

#[actix_web::test]
async fn metrics_are_not_served_on_the_public_listener() {
    let app = TestApp::start().await;
    assert_eq!(app.client().get("/metrics").await.status, 404);
}
