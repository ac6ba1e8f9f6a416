//! Which settings are rejected, and their messages.

use super::*;
use crate::store::sqlite::SqliteStore;

async fn start(set: impl FnOnce(Builder) -> Builder) -> Result<Latchkey, BuildError> {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&format!("sqlite://{}/test.db", folder.path().display())).await.unwrap();
    set(Latchkey::builder(store)).start().await
}

async fn error(set: impl FnOnce(Builder) -> Builder) -> String {
    start(|builder| set(builder.public_url("https://app.example"))).await.unwrap_err().to_string()
}

#[tokio::test]
async fn only_the_public_url_must_be_set() {
    assert!(start(|builder| builder.public_url("https://app.example")).await.is_ok());
    assert_eq!(start(|builder| builder).await.unwrap_err(), BuildError::PublicUrlMissing);
}

#[tokio::test]
async fn settings_are_accepted_as_text_and_as_values() {
    let url: PublicUrl = "https://app.example".parse().unwrap();
    let set =
        |builder: Builder| builder.public_url(url).trusted_proxies("10.0.0.0/8, ::1").idle_timeout(HOUR).spa(None);
    assert!(start(set).await.is_ok());
}

#[tokio::test]
async fn an_invalid_setting_is_named_with_what_is_expected() {
    let minute = Duration::from_secs(60);
    assert!(
        error(|b| b.public_url("app.example")).await.starts_with("public_url cannot be used: it must begin with http")
    );
    assert!(error(|b| b.cookie_name("a b")).await.starts_with("cookie_name cannot be used"));
    assert!(error(|b| b.device_cookie_name("session")).await.contains("the session cookie has this name"));
    assert!(error(|b| b.trusted_proxies("proxy")).await.contains("'proxy'"));
    assert_eq!(
        error(|b| b.session_lifetime(Duration::ZERO)).await,
        "session_lifetime must be between 1 second and 399 days"
    );
    assert_eq!(error(|b| b.idle_timeout(Duration::ZERO)).await, "idle_timeout must be at least 1 second");
    assert_eq!(error(|b| b.cache_staleness(2 * minute)).await, "cache_staleness must be at most 60 seconds");
    assert_eq!(error(|b| b.hash_threads(0)).await, "hash_threads must be between 1 and 256");
    assert_eq!(error(|b| b.sessions_per_user(0)).await, "sessions_per_user must be at least 1");
}

#[tokio::test]
async fn both_of_two_contradictory_settings_are_named() {
    assert_eq!(error(|b| b.idle_timeout(30 * DAY)).await, "idle_timeout must be shorter than session_lifetime");
    let sliding = |b: Builder| b.session_refresh(SessionRefresh::Sliding).session_max_lifetime(HOUR);
    assert_eq!(error(sliding).await, "session_max_lifetime must not be shorter than session_lifetime");
    let fixed = |b: Builder| b.public_url("https://app.example").session_max_lifetime(HOUR);
    assert!(start(fixed).await.is_ok(), "nothing is refreshed, so it does not matter");
}

#[test]
fn starting_without_a_runtime_is_an_error() {
    let store = tokio::runtime::Runtime::new().unwrap().block_on(async {
        let folder = tempfile::tempdir().unwrap();
        SqliteStore::open(&format!("sqlite://{}/test.db", folder.path().display())).await.unwrap()
    });
    let start = Latchkey::builder(store).public_url("https://app.example").start();
    assert_eq!(futures_util::FutureExt::now_or_never(start).unwrap().unwrap_err(), BuildError::NoRuntime);
}
