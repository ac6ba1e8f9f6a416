//! `/metrics`.

use std::time::Duration;

use latchkey_actix::testing::{Monotonic, Retention, Sweeper};
use latchkey_shared::api;
use reqwest::Method;
use tokio::io::AsyncWriteExt;

use crate::support::{EMAIL, TestApp, database::on_postgres, store::Follow};

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

const SERVED: [&str; 2] = ["--metrics-listen", "127.0.0.1:0"];

/// Whether a text has a line.
#[track_caller]
fn assert_line(text: &str, line: &str) {
    assert!(text.lines().any(|seen| seen == line), "{line} is not in\n{text}");
}

/// The value of a series without labels, or with these.
fn value(text: &str, series: &str) -> f64 {
    let line = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("{series} is not in\n{text}")).parse().unwrap()
}

/// The metrics of a server of which every metric has been used.
pub async fn exercised() -> String {
    let app = TestApp::start_with(&SERVED).await;
    let mut client = app.signed_in().await;
    client.verify().await;
    app.client().log_in_as(EMAIL, "wrong").await;
    app.store.switch_off_after("session");
    assert_eq!(app.signed_in().await.log_out().await.status, 503);
    app.store.switch_on();
    let retention = Retention { sessions: Duration::from_secs(1), audit: Duration::from_secs(1) };
    Sweeper::new(app.service().clone(), retention).tick(Monotonic::now()).await.unwrap();
    app.metrics().await
}

#[actix_web::test]
async fn requests_are_counted_by_route_and_status_and_timed_by_class() {
    let app = TestApp::start_with(&SERVED).await;
    let mut client = app.signed_in().await;
    client.verify().await;
    client.verify().await;
    app.client().verify().await;
    client.delete("/api/sessions/no-such-id").await;
    client.request(Method::HEAD, api::ME).send().await.unwrap();
    client.request(Method::POST, api::LOGOUT).header("Sec-Fetch-Site", "cross-site").send().await.unwrap();
    let text = app.metrics().await;
    for line in [
        "latchkey_requests_total{method=\"POST\",route=\"/api/login\",status=\"200\"} 1",
        "latchkey_requests_total{method=\"GET\",route=\"/api/verify-session\",status=\"200\"} 2",
        "latchkey_requests_total{method=\"GET\",route=\"/api/verify-session\",status=\"401\"} 1",
        "latchkey_requests_total{method=\"DELETE\",route=\"/api/sessions/{id}\",status=\"204\"} 1",
        "latchkey_requests_total{method=\"GET\",route=\"/api/me\",status=\"200\"} 1",
        "latchkey_requests_total{method=\"POST\",route=\"/api/logout\",status=\"403\"} 1",
        "latchkey_request_duration_seconds_count{method=\"GET\",route=\"/api/verify-session\",class=\"2xx\"} 2",
        "latchkey_request_duration_seconds_count{method=\"GET\",route=\"/api/verify-session\",class=\"4xx\"} 1",
        "latchkey_requests_in_flight{method=\"GET\",route=\"/api/verify-session\"} 0",
    ] {
        assert_line(&text, line);
    }
}

#[actix_web::test]
async fn no_client_can_make_series() {
    let app = TestApp::start_with(&SERVED).await;
    let client = app.signed_in().await;
    let ask = async |round: usize| {
        for (method, path) in [
            ("GET", format!("/{round}")),
            ("GET", format!("/api/{round}")),
            ("DELETE", format!("/api/sessions/{round}")),
            ("PUT", format!("/api/me?{round}")),
            ("BREW", format!("/api/me/{round}")),
            ("GET", format!("/nothing-{round}.js")),
            ("GET", "/dashboard".to_owned()),
        ] {
            client.request(method.parse().unwrap(), &path).send().await.unwrap();
        }
    };
    ask(0).await;
    let before = app.metrics().await.lines().count();
    for round in 1..20 {
        ask(round).await;
    }
    let text = app.metrics().await;
    assert_eq!(text.lines().count(), before, "{text}");
    assert!(value(&text, "latchkey_requests_total{method=\"other\",route=\"other\",status=\"404\"}") >= 40.0);
}

#[actix_web::test]
async fn a_request_is_in_flight_until_it_is_answered_or_its_client_has_gone() {
    let app = TestApp::start_with(&SERVED).await;
    let in_flight = "latchkey_requests_in_flight{method=\"POST\",route=\"/api/login\"}";
    let address = app.url.strip_prefix("http://").unwrap().to_owned();
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = "POST /api/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{";
    stream.write_all(head.as_bytes()).await.unwrap();
    let until = async |count: f64| {
        tokio::time::timeout(Duration::from_secs(15), async {
            while value(&app.metrics().await, in_flight) != count {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
        .await
        .unwrap();
    };
    until(1.0).await;
    drop(stream);
    until(0.0).await;
}

#[actix_web::test]
async fn the_cache_says_how_much_it_answers_and_how_old_it_is() {
    let app = TestApp::start_with(&["--metrics-listen", "127.0.0.1:0", "--session-cache", "500"]).await;
    let mut client = app.signed_in().await;
    for _ in 0..3 {
        client.verify().await;
    }
    let text = app.metrics().await;
    assert_line(&text, "latchkey_cache_capacity 500");
    assert_line(&text, "latchkey_cache_sessions 1");
    assert_line(&text, "latchkey_cache_trusted 1");
    let (hits, misses) = (value(&text, "latchkey_cache_hits_total"), value(&text, "latchkey_cache_misses_total"));
    assert!(hits + misses >= 3.0 && hits >= 2.0, "{text}");
    assert!(value(&text, "latchkey_cache_age_seconds") < 1.0, "{text}");
    app.store.follow(Follow::Hangs);
    tokio::time::timeout(Duration::from_secs(15), async {
        while value(&app.metrics().await, "latchkey_cache_age_seconds") < 1.2 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await
    .unwrap();
    assert_line(&app.metrics().await, "latchkey_cache_trusted 0");
    client.verify().await;
    assert!(value(&app.metrics().await, "latchkey_cache_misses_total") > misses);
}

#[actix_web::test]
async fn open_event_streams_and_their_limit_are_shown() {
    let app = TestApp::start_with(&["--metrics-listen", "127.0.0.1:0", "--event-streams", "7"]).await;
    let client = app.signed_in().await;
    let stream = client.request(Method::GET, api::SESSION_EVENTS).send().await.unwrap();
    let text = app.metrics().await;
    assert_line(&text, "latchkey_event_streams 1");
    assert_line(&text, "latchkey_event_streams_limit 7");
    // The stream has been answered, and is not in flight.
    assert_line(&text, "latchkey_requests_in_flight{method=\"GET\",route=\"/api/session-events\"} 0");
    drop(stream);
}

#[actix_web::test]
async fn waits_for_connections_are_measured_by_pool() {
    let app = TestApp::start_with(&SERVED).await;
    app.signed_in().await.verify().await;
    let text = app.metrics().await;
    let writer = if on_postgres() { "writers" } else { "writer" };
    for pool in [writer, "readers", "checks"] {
        assert!(value(&text, &format!("latchkey_pool_wait_seconds_count{{pool=\"{pool}\"}}")) >= 1.0, "{text}");
    }
}

#[actix_web::test]
async fn rows_that_are_missing_in_the_audit_trail_are_counted() {
    let text = exercised().await;
    assert_line(&text, "latchkey_audit_failures_total{operation=\"end_sessions\"} 1");
    assert_line(&text, "latchkey_audit_failures_total{operation=\"record\"} 0");
}

#[actix_web::test]
async fn sweeps_are_counted_by_outcome() {
    let app = TestApp::start_with(&SERVED).await;
    let retention = Retention { sessions: Duration::from_secs(1), audit: Duration::from_secs(1) };
    let mut sweeper = Sweeper::new(app.service().clone(), retention);
    app.client().log_in_as(EMAIL, "wrong").await;
    sweeper.tick(Monotonic::now()).await.unwrap();
    app.advance(Duration::from_secs(60));
    let later = Monotonic::now().after(Duration::from_secs(60));
    let swept = sweeper.tick(later).await.unwrap();
    app.advance(Duration::from_secs(10 * 24 * 60 * 60));
    assert_eq!(sweeper.tick(later).await.unwrap(), 0, "the clock is ahead");
    let text = app.metrics().await;
    assert_line(&text, "latchkey_sweeps_total{outcome=\"ok\"} 2");
    assert_line(&text, "latchkey_sweeps_total{outcome=\"refused\"} 1");
    assert!(swept > 0);
    assert!(value(&text, "latchkey_swept_rows_total") >= swept as f64, "{text}");
    app.store.switch_off();
    assert!(Sweeper::new(app.service().clone(), retention).tick(Monotonic::now()).await.is_err());
}

#[actix_web::test]
async fn the_build_is_shown_and_the_text_ends_once() {
    let app = TestApp::start_with(&SERVED).await;
    let text = app.metrics().await;
    assert_line(&text, &format!("latchkey_build_info{{version=\"{}\"}} 1", env!("CARGO_PKG_VERSION")));
    assert!(text.ends_with("# EOF\n") && text.matches("# EOF").count() == 1, "{text}");
    let types: Vec<_> = text.lines().filter(|line| line.starts_with("# TYPE")).collect();
    assert_eq!(types.iter().collect::<std::collections::BTreeSet<_>>().len(), types.len(), "{types:?}");
}
