//! Answers that the app does not expect: unknown reasons, captive portals, sign-on proxies, newer builds, lost cookies.

use latchkey_e2e::{CannedAnswer, EMAIL, NAME, PASSWORD, Role, Stage, story};

const PROBLEM: &[(&str, &str)] = &[("Content-Type", "application/problem+json")];
const HTML: &[(&str, &str)] = &[("Content-Type", "text/html")];

#[test]
fn an_unknown_end_reason_is_shown_in_the_servers_words() {
    story(async |stage| {
        stage.sign_in().await?;
        let body = r#"{"type":"urn:latchkey:problem:plan-ended","title":"Plan ended","status":401,
            "detail":"Your plan has ended.","code":"plan-ended"}"#;
        stage.proxy.answer_instead(Some(CannedAnswer { status: 401, headers: PROBLEM, body }));
        stage.browser.click(Role::Link, "Account").await?;
        let now = stage.browser.until_toast().await?;
        assert!(now.toasts[0].contains("Your plan has ended."), "{now:?}");
        let now = stage.browser.arrive("/auth").await?;
        assert!(!now.shows(NAME) && now.status.is_empty(), "{now:?}");
        Ok(())
    });
}

const REDIRECT: &[(&str, &str)] = &[("Location", "http://127.0.0.1:9/sign-on")];

async fn assert_reload_offered(canned: CannedAnswer, stage: &mut Stage) -> anyhow::Result<()> {
    stage.sign_in().await?;
    stage.proxy.answer_instead(Some(canned));
    stage.browser.click(Role::Link, "Account").await?;
    stage.browser.until_late("the offer", |now| now.status.contains("Reload the page")).await?;
    // While it still answers, or a retry could take the offer back. It leaves documents alone.
    stage.browser.click(Role::Button, "Reload the page").await?;
    stage.proxy.answer_instead(None);
    let now = stage.browser.until("the reloaded page", |now| now.status.is_empty() && now.shows(NAME)).await?;
    assert_eq!(now.path(), "/account");
    Ok(())
}

#[test]
fn a_persistent_captive_portal_leads_to_a_reload_offer() {
    let portal = CannedAnswer { status: 511, headers: HTML, body: "<h1>Sign in to the hotel</h1>" };
    story(async |stage| assert_reload_offered(portal, stage).await);
}

#[test]
fn a_persistent_sign_on_redirect_leads_to_a_reload_offer() {
    let proxy = CannedAnswer { status: 302, headers: REDIRECT, body: "" };
    story(async |stage| {
        // The browser would log the redirect of the event stream as an error in its console.
        stage.browser.before_each_page("delete window.EventSource").await?;
        assert_reload_offered(proxy, stage).await
    });
}

/// After a deployment, answers name another build than the page's.
#[test]
fn an_open_tab_loads_a_newer_build_once() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.proxy.add_to_answers("X-Build", "newer");
        stage.follow("Account", "/account").await?;
        stage.browser.click(Role::Link, "Sessions").await?;
        stage.proxy.until_counted("GET /sessions", 1).await?;
        stage.browser.arrive("/sessions").await?;
        stage.proxy.quiet().await?;
        stage.follow("Account", "/account").await?;
        stage.follow("Dashboard", "/dashboard").await?;
        let documents = stage.proxy.count("GET /account") + stage.proxy.count("GET /dashboard");
        assert_eq!(documents, 0, "only once per build: {:?}", stage.proxy.log());
        Ok(())
    });
}

#[test]
fn a_browser_that_rejects_the_cookie_shows_a_message() {
    story(async |stage| {
        stage.browser.visit("/auth").await?;
        stage.proxy.add_to_answers("Set-Cookie", "session=; Path=/; Max-Age=0");
        stage.submit(EMAIL, PASSWORD).await?;
        stage.browser.arrive("/dashboard").await?;
        stage.browser.click(Role::Link, "Account").await?;
        let now = stage.browser.until("the message", |now| now.shows("did not keep the cookie")).await?;
        assert_eq!(now.path(), "/auth", "{now:?}");
        Ok(())
    });
}
