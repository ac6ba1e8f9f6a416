//! What only looks like an end, and what does not look like one.

use latchkey_e2e::{EMAIL, NAME, PASSWORD, Role, Stage, Stranger, story};

const PROBLEM: &[(&str, &str)] = &[("Content-Type", "application/problem+json")];
const HTML: &[(&str, &str)] = &[("Content-Type", "text/html")];

#[test]
fn a_reason_that_this_build_does_not_know_is_an_end_in_the_servers_own_words() {
    story(async |stage| {
        stage.sign_in().await?;
        let body = r#"{"type":"urn:latchkey:problem:plan-ended","title":"Plan ended","status":401,
            "detail":"Your plan has ended.","code":"plan-ended"}"#;
        stage.gate.answer_instead(Some(Stranger { status: 401, headers: PROBLEM, body }));
        stage.browser.click(Role::Link, "Account").await?;
        let now = stage.browser.until_toast().await?;
        assert!(now.toasts[0].contains("Your plan has ended."), "{now:?}");
        let now = stage.browser.arrive("/auth").await?;
        assert!(!now.says(NAME) && now.status.is_empty(), "{now:?}");
        Ok(())
    });
}

const ELSEWHERE: &[(&str, &str)] = &[("Location", "http://127.0.0.1:9/sign-on")];

async fn is_offered_a_new_page(stranger: Stranger, stage: &mut Stage) -> anyhow::Result<()> {
    stage.sign_in().await?;
    stage.gate.answer_instead(Some(stranger));
    stage.browser.click(Role::Link, "Account").await?;
    stage.browser.until_late("the offer", |now| now.status.contains("Reload the page")).await?;
    stage.gate.answer_instead(None);
    stage.browser.click(Role::Button, "Reload the page").await?;
    let now = stage.browser.until("the page anew", |now| now.status.is_empty() && now.says(NAME)).await?;
    assert_eq!(now.path(), "/account");
    Ok(())
}

#[test]
fn a_portal_that_answers_for_long_in_the_servers_place_is_offered_a_new_page() {
    let portal = Stranger { status: 511, headers: HTML, body: "<h1>Sign in to the hotel</h1>" };
    story(async |stage| is_offered_a_new_page(portal, stage).await);
}

#[test]
fn a_sign_on_proxy_that_leads_elsewhere_for_long_is_offered_a_new_page() {
    let proxy = Stranger { status: 302, headers: ELSEWHERE, body: "" };
    story(async |stage| {
        // The browser would complain in its console about where the event stream is led.
        stage.browser.before_each_page("delete window.EventSource").await?;
        is_offered_a_new_page(proxy, stage).await
    });
}

/// As after a deployment: the answers name another build than the page's.
#[test]
fn an_open_tab_takes_a_newer_build_by_one_full_load() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.gate.add_to_answers("X-Build", "newer");
        stage.follow("Account", "/account").await?;
        stage.browser.click(Role::Link, "Sessions").await?;
        stage.gate.until_counted("GET /sessions", 1).await?;
        stage.browser.arrive("/sessions").await?;
        stage.gate.quiet().await?;
        stage.follow("Account", "/account").await?;
        stage.follow("Dashboard", "/dashboard").await?;
        let documents = stage.gate.count("GET /account") + stage.gate.count("GET /dashboard");
        assert_eq!(documents, 0, "only once for a build: {:?}", stage.gate.log());
        Ok(())
    });
}

#[test]
fn a_browser_that_keeps_no_cookie_is_told_so() {
    story(async |stage| {
        stage.browser.visit("/auth").await?;
        stage.gate.add_to_answers("Set-Cookie", "session=; Path=/; Max-Age=0");
        stage.submit(EMAIL, PASSWORD).await?;
        stage.browser.arrive("/dashboard").await?;
        stage.browser.click(Role::Link, "Account").await?;
        let now = stage.browser.until("the words", |now| now.says("did not keep the cookie")).await?;
        assert_eq!(now.path(), "/auth", "{now:?}");
        Ok(())
    });
}
