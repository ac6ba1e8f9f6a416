//! Unsaved input is not lost by accident, and signing in leads back to the exact address.

use latchkey_e2e::{EMAIL, PASSWORD, Role, Stage, story};

/// Whether the page requests a confirmation before it is left. ChromeDriver dismisses the real dialog, so the event is
/// dispatched by a script.
async fn requests_confirmation(stage: &Stage) -> anyhow::Result<bool> {
    let ask = "return !dispatchEvent(new Event('beforeunload', { cancelable: true }))";
    Ok(stage.browser.run(ask).await? == true)
}

#[test]
fn the_browser_asks_before_it_leaves_while_something_is_unsaved_and_only_then() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.follow("Account", "/account").await?;
        assert!(!requests_confirmation(stage).await?, "nothing was typed");
        stage.browser.fill("Name", "!").await?;
        assert!(requests_confirmation(stage).await?);
        stage.browser.click(Role::Button, "Save name").await?;
        stage.browser.until_toast().await?;
        assert!(!requests_confirmation(stage).await?, "it is saved");
        stage.browser.fill("Name", "!").await?;
        stage.follow("Dashboard", "/dashboard").await?;
        assert!(!requests_confirmation(stage).await?, "the page is left");
        Ok(())
    });
}

#[test]
fn a_link_to_the_same_page_keeps_unsaved_input_protected() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.until_subscribed(1).await?;
        stage.follow("Account", "/account").await?;
        stage.browser.fill("Name", ", Countess").await?;
        stage.follow("Account", "/account").await?;
        stage.revoke_session().await?;
        stage.browser.until("the dialog", |now| now.shows("Nothing is lost.")).await?;
        stage.browser.fill("Password", PASSWORD).await?;
        stage.browser.click(Role::Button, "Sign in").await?;
        stage.browser.until("the page", |now| now.path() == "/account" && !now.shows("Nothing is lost.")).await?;
        assert_eq!(stage.browser.value_of("Name").await?, "Ada Lovelace, Countess");
        Ok(())
    });
}

#[test]
fn query_and_fragment_survive_signing_in_though_the_server_does_not_see_the_fragment() {
    story(async |stage| {
        stage.browser.visit("/account?tab=profile#password").await?;
        let now = stage.browser.arrive("/auth").await?;
        assert_eq!(now.query("next").as_deref(), Some("/account?tab=profile"), "{now:?}");
        stage.submit(EMAIL, PASSWORD).await?;
        stage.browser.arrive("/account?tab=profile").await?;
        assert_eq!(stage.browser.run("return location.hash").await?, "#password");
        Ok(())
    });
}

#[test]
fn a_toast_over_the_dialog_can_be_closed() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.until_subscribed(1).await?;
        stage.follow("Account", "/account").await?;
        stage.browser.fill("Name", "!").await?;
        stage.revoke_session().await?;
        stage.browser.until("the dialog", |now| now.shows("Nothing is lost.")).await?;
        let now = stage.browser.until_toast().await?;
        assert_eq!(now.toasts.len(), 1, "{now:?}");
        stage.browser.click(Role::Button, "Close notification").await?;
        let now = stage.browser.until("no toast", |now| now.toasts.is_empty()).await?;
        assert!(now.shows("Nothing is lost."), "the dialog is still there: {now:?}");
        Ok(())
    });
}

#[test]
fn without_remember_me_the_cookie_ends_with_the_browser() {
    story(async |stage| {
        for (remembered, toggles) in [(true, false), (false, true)] {
            stage.browser.visit("/auth").await?;
            if toggles {
                stage.browser.click(Role::Field, "Keep me signed in").await?;
            }
            stage.submit(EMAIL, PASSWORD).await?;
            let now = stage.browser.arrive("/dashboard").await?;
            assert_eq!(now.shows("left of 7 days"), remembered, "{now:?}");
            assert_eq!(stage.browser.cookie_lasts().await?, remembered);
            stage.browser.click(Role::Button, "Sign out").await?;
            stage.browser.arrive("/auth").await?;
        }
        Ok(())
    });
}
