//! The request log of the real binary.

use latchkey_shared::api;
use serde_json::json;

use crate::support::{database::Database, program::Program, shell::Shell};

fn line<'a>(log: &'a str, words: &[&str]) -> &'a str {
    let mut lines = log.lines().filter(|line| words.iter().all(|word| line.contains(word)));
    let first = lines.next().unwrap_or_else(|| panic!("no {words:?} in {log}"));
    assert_eq!(lines.next(), None, "once");
    first
}

async fn post(program: &Program, path: &str, headers: &[(&str, &str)]) -> u16 {
    let body = json!({"email": "ada@example.org", "password": "wrong"});
    let request = reqwest::Client::new().post(format!("{}{path}", program.url())).json(&body);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.send().await.unwrap().status().as_u16()
}

#[actix_web::test]
async fn an_untrusted_proxy_is_logged_once_with_the_setting() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path(), &[]);
    for address in ["203.0.113.1", "203.0.113.2"] {
        assert_eq!(post(&program, api::LOGIN, &[("X-Forwarded-For", address)]).await, 401);
    }
    let log = program.kill();
    assert!(line(&log, &["X-Forwarded-For"]).contains("LATCHKEY_TRUSTED_PROXIES=127.0.0.1"), "{log}");
}

#[actix_web::test]
async fn behind_a_trusted_proxy_the_client_is_logged() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path(), &["--trusted-proxies", "127.0.0.1/32"]);
    assert_eq!(post(&program, api::LOGIN, &[("X-Forwarded-For", "203.0.113.1:4711")]).await, 401);
    let log = program.kill();
    assert!(line(&log, &["path=\"/api/login\""]).contains("client=203.0.113.1"), "{log}");
    assert!(!log.contains("LATCHKEY_TRUSTED_PROXIES"), "{log}");
}

#[actix_web::test]
async fn the_cause_of_a_failure_is_in_the_log_line_of_its_request() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::missing(folder.path()).await;
    let program = Program::start(folder.path(), &["--database-url", &database.url]);
    Shell::open(&database).await.run("ALTER TABLE login_attempts RENAME TO gone").await;
    assert_eq!(post(&program, api::LOGIN, &[("X-Request-Id", "this-one")]).await, 503);
    assert_eq!(post(&program, api::LOGIN, &[("Sec-Fetch-Site", "cross-site")]).await, 403);
    let log = program.kill();
    let failed = line(&log, &["this-one"]);
    assert!(failed.contains("ERROR") && failed.contains("cause=") && failed.contains("login_attempts"), "{failed}");
    assert!(line(&log, &["status=403"]).contains("LATCHKEY_PUBLIC_URL is http://127.0.0.1:0"), "{log}");
}

#[actix_web::test]
async fn the_trace_of_a_request_is_in_its_log_line_if_it_is_well_formed() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path(), &[]);
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let bad = ["00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7", "forged status=200", ""];
    for (id, value) in [("good", trace)].into_iter().chain(bad.map(|bad| ("bad", bad))) {
        assert_eq!(post(&program, api::LOGIN, &[("X-Request-Id", id), ("traceparent", value)]).await, 401);
    }
    let log = program.kill();
    assert!(line(&log, &["request_id=\"good\""]).contains(&format!("traceparent=\"{trace}\"")), "{log}");
    assert_eq!(log.matches("traceparent").count(), 1, "{log}");
    assert!(!log.contains("forged"), "{log}");
}
