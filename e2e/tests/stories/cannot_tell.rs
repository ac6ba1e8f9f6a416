//! What only looks like an end, and what does not look like one.

use latchkey_e2e::{EMAIL, NAME, PASSWORD, Role, Stranger, story};

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

#[test]
fn what_answers_for_long_in_the_servers_place_is_offered_a_new_page() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.gate.answer_instead(Some(Stranger { status: 511, headers: HTML, body: "<h1>Sign in to the hotel</h1>" }));
        stage.browser.click(Role::Link, "Account").await?;
        stage.browser.until_late("the offer", |now| now.status.contains("Load the page anew")).await?;
        stage.gate.answer_instead(None);
        stage.browser.click(Role::Button, "Load the page anew").await?;
        let now = stage.browser.until("the page anew", |now| now.status.is_empty() && now.says(NAME)).await?;
        assert_eq!(now.path(), "/account");
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
