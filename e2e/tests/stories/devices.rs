//! The person's other devices: what happens there is seen here at once, without anything being done.

use latchkey_e2e::{Browser, EVENTS, Moment, NAME, Role, Stage, story};
use latchkey_shared::EndReason;

/// On the other device, ends all sessions but its own.
async fn end_the_others(elsewhere: &Browser) -> anyhow::Result<()> {
    elsewhere.click(Role::Link, "Sessions").await?;
    elsewhere.arrive("/sessions").await?;
    elsewhere.click(Role::Button, "End all other sessions").await?;
    let done = elsewhere.until_toast().await?;
    assert!(done.toasts[0].contains("Ended 1 other session."), "{done:?}");
    Ok(())
}

/// Signed in here and there, and told at once.
async fn signed_in_twice(stage: &mut Stage) -> anyhow::Result<()> {
    stage.sign_in_elsewhere().await?;
    stage.sign_in().await?;
    stage.until_listening(1).await
}

#[test]
fn a_session_that_is_ended_elsewhere_is_over_here_without_a_click() {
    story(async |stage| {
        signed_in_twice(stage).await?;
        end_the_others(stage.elsewhere()?).await?;
        let now = stage.browser.arrive("/auth").await?;
        assert_eq!(now.query("reason").as_deref(), Some("session-revoked"), "{now:?}");
        stage.gate.quiet().await?;
        let toasts = stage.browser.toasts().await?;
        assert!(toasts.len() == 1 && toasts[0].contains(EndReason::SessionRevoked.title()), "{toasts:?}");
        assert_eq!(stage.browser.cookie().await?, None);
        Ok(())
    });
}

#[test]
fn a_name_that_is_changed_elsewhere_is_shown_here_without_a_click() {
    story(async |stage| {
        signed_in_twice(stage).await?;
        let elsewhere = stage.elsewhere()?;
        elsewhere.click(Role::Link, "Account").await?;
        elsewhere.arrive("/account").await?;
        elsewhere.fill("Name", ", Countess of Lovelace").await?;
        elsewhere.click(Role::Button, "Save name").await?;
        let countess = |now: &Moment| now.says("Countess of Lovelace");
        let now = stage.browser.until("the new name", countess).await?;
        assert_eq!((now.path(), now.toasts.len()), ("/dashboard", 0), "{now:?}");
        Ok(())
    });
}

#[test]
fn what_was_missed_while_the_line_was_cut_is_found_when_it_is_mended() {
    story(async |stage| {
        signed_in_twice(stage).await?;
        stage.gate.cut();
        end_the_others(stage.elsewhere()?).await?;
        let now = stage.browser.until("the quiet line", |now| !now.status.is_empty()).await?;
        assert!(now.path() == "/dashboard" && now.says(NAME), "still signed in: {now:?}");
        stage.gate.mend();
        stage.browser.arrive("/auth").await?;
        assert_eq!(stage.browser.toasts().await?.len(), 1);
        Ok(())
    });
}

#[test]
fn a_server_that_is_restarted_is_listened_to_again() {
    story(async |stage| {
        signed_in_twice(stage).await?;
        stage.server.stop().await?;
        stage.start_server_again().await?;
        stage.until_listening(2).await?;
        assert_eq!(stage.gate.count("GET /api/me"), 0, "nobody changed: {:?}", stage.gate.log());
        assert!(stage.gate.count(EVENTS) >= 2);
        Ok(())
    });
}
