//! The session ends: the app shows one toast with the reason, removes the user's data, and leads back after a sign-in.

use latchkey_e2e::{EMAIL, NAME, PASSWORD, Role, Snapshot, Stage, VERIFY, eventually, story, story_with};
use latchkey_shared::EndReason;

/// Asserts that neither the page nor the cookies hold data of the user.
async fn assert_forgotten(stage: &Stage) -> anyhow::Result<()> {
    let source = stage.browser.run("return document.documentElement.outerHTML").await?.to_string();
    let found: Vec<_> = [NAME, EMAIL].into_iter().filter(|words| source.contains(words)).collect();
    assert!(found.is_empty(), "{found:?} still in {source}");
    assert_eq!(stage.browser.cookie().await?, None);
    Ok(())
}

fn assert_one_toast(toasts: &[String], reason: EndReason) {
    let shown = toasts.len() == 1 && toasts[0].contains(reason.title()) && toasts[0].contains(reason.detail());
    assert!(shown, "one toast with the text of {reason:?}, not {toasts:?}");
}

#[test]
fn on_a_protected_page_the_end_leads_to_the_sign_in_page_and_back() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.end_session().await?;
        stage.browser.click(Role::Link, "Account").await?;
        let now = stage.browser.arrive("/auth").await?;
        assert_eq!(now.query("reason").as_deref(), Some("signed-out"), "{now:?}");
        assert_eq!(now.query("next").as_deref(), Some("/account"), "{now:?}");
        stage.proxy.quiet().await?;
        assert_one_toast(&stage.browser.toasts().await?, EndReason::SignedOut);
        assert_forgotten(stage).await?;
        stage.submit(EMAIL, PASSWORD).await?;
        stage.browser.arrive("/account").await?;
        Ok(())
    });
}

#[test]
fn on_a_public_page_the_end_does_not_navigate() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.end_session().await?;
        stage.browser.click(Role::Link, "Home").await?;
        stage.browser.until_toast().await?;
        stage.proxy.quiet().await?;
        let now = stage.browser.now().await?;
        assert_eq!(now.url, "/", "{now:?}");
        assert_one_toast(&stage.browser.toasts().await?, EndReason::SignedOut);
        assert_forgotten(stage).await
    });
}

#[test]
fn at_its_deadline_an_idle_page_shows_the_end() {
    story_with(&["--session-lifetime", "3s"], async |stage| {
        stage.sign_in().await?;
        let now = stage.browser.arrive("/auth").await?;
        assert_eq!(now.query("reason").as_deref(), Some("session-expired"), "{now:?}");
        assert_eq!(now.query("next").as_deref(), Some("/dashboard"), "{now:?}");
        let repeated = |now: &Snapshot| now.shows(EndReason::SessionExpired.detail());
        stage.browser.until("the reason on the page", repeated).await?;
        stage.proxy.quiet().await?;
        assert_one_toast(&stage.browser.toasts().await?, EndReason::SessionExpired);
        assert_forgotten(stage).await
    });
}

#[test]
fn a_page_frozen_past_its_deadline_shows_the_end_when_it_resumes() {
    story_with(&["--session-lifetime", "3s"], async |stage| {
        stage.sign_in().await?;
        let cookie = stage.browser.cookie().await?.unwrap_or_default();
        let tab = stage.browser.tab().await?;
        stage.browser.set_frozen(true).await?;
        stage.browser.open_tab().await?;
        let expired = |answer: &String| answer == "401 session-expired";
        eventually("the deadline", async || stage.server.verify(&cookie).await, expired).await?;
        stage.browser.switch_to(&tab).await?;
        stage.browser.set_frozen(false).await?;
        stage.browser.until_toast().await?;
        let now = stage.browser.arrive("/auth").await?;
        assert_eq!(now.query("reason").as_deref(), Some("session-expired"), "{now:?}");
        assert_one_toast(&stage.browser.toasts().await?, EndReason::SessionExpired);
        Ok(())
    });
}

#[test]
fn the_reason_stays_on_the_sign_in_page_after_its_toast() {
    story_with(&["--session-lifetime", "2s"], async |stage| {
        stage.sign_in().await?;
        stage.browser.until_toast().await?;
        stage.browser.click(Role::Button, "Close notification").await?;
        let now = stage.browser.until("no toast", |now| now.toasts.is_empty()).await?;
        assert!(now.shows(EndReason::SessionExpired.title()), "{now:?}");
        assert!(now.shows(EndReason::SessionExpired.detail()), "{now:?}");
        Ok(())
    });
}

#[test]
fn a_visit_after_the_deadline_explains_the_end_and_leads_back() {
    story_with(&["--session-lifetime", "2s"], async |stage| {
        stage.sign_in().await?;
        let cookie = stage.browser.cookie().await?.unwrap_or_default();
        stage.browser.open_blank_page().await?;
        let expired = |answer: &String| answer == "401 session-expired";
        eventually("the deadline", async || stage.server.verify(&cookie).await, expired).await?;
        let now = stage.browser.visit("/account").await?;
        assert_eq!(now.path(), "/auth", "{now:?}");
        assert_eq!(now.query("reason").as_deref(), Some("session-expired"), "{now:?}");
        assert!(now.shows(EndReason::SessionExpired.detail()), "{now:?}");
        stage.proxy.quiet().await?;
        let toasts = stage.browser.toasts().await?;
        assert!(toasts.len() <= 1, "{toasts:?}");
        assert_forgotten(stage).await?;
        stage.submit(EMAIL, PASSWORD).await?;
        stage.browser.arrive("/account").await?;
        Ok(())
    });
}

#[test]
fn on_a_small_screen_the_toast_blocks_no_control() {
    story_with(&["--session-lifetime", "2s"], async |stage| {
        stage.browser.resize(360, 640).await?;
        stage.sign_in().await?;
        stage.browser.until_toast().await?;
        stage.browser.arrive("/auth").await?;
        stage.submit(EMAIL, PASSWORD).await?;
        stage.browser.arrive("/dashboard").await?;
        Ok(())
    });
}

#[test]
fn the_end_is_shown_only_once() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.end_session().await?;
        stage.browser.click(Role::Link, "Home").await?;
        stage.browser.until_toast().await?;
        for (link, path) in [("Account", "/auth"), ("Home", "/"), ("Dashboard", "/auth")] {
            stage.follow(link, path).await?;
        }
        let toasts = stage.browser.toasts().await?;
        assert_eq!(toasts.len(), 1, "{toasts:?} after {} checks", stage.proxy.count(VERIFY));
        Ok(())
    });
}
