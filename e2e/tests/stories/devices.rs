//! Changes on the user's other devices arrive at once, without user input.

use latchkey_e2e::{Browser, EVENTS, NAME, Role, Snapshot, Stage, story};
use latchkey_shared::EndReason;

/// On the other device, revokes all sessions but its own.
async fn end_other_sessions(other: &Browser) -> anyhow::Result<()> {
    other.click(Role::Link, "Sessions").await?;
    other.arrive("/sessions").await?;
    other.click(Role::Button, "End all other sessions").await?;
    let done = other.until_toast().await?;
    assert!(done.toasts[0].contains("Ended 1 other session."), "{done:?}");
    Ok(())
}

/// Signs in on both devices, and waits until the current one has opened the event stream.
async fn sign_in_on_both(stage: &mut Stage) -> anyhow::Result<()> {
    stage.sign_in_on_other_device().await?;
    stage.sign_in().await?;
    stage.until_subscribed(1).await
}

#[test]
fn a_session_revoked_on_another_device_ends_without_a_click() {
    story(async |stage| {
        sign_in_on_both(stage).await?;
        end_other_sessions(stage.other_device()?).await?;
        let now = stage.browser.arrive("/auth").await?;
        assert_eq!(now.query("reason").as_deref(), Some("session-revoked"), "{now:?}");
        stage.proxy.quiet().await?;
        let toasts = stage.browser.toasts().await?;
        assert!(toasts.len() == 1 && toasts[0].contains(EndReason::SessionRevoked.title()), "{toasts:?}");
        assert_eq!(stage.browser.cookie().await?, None);
        Ok(())
    });
}

#[test]
fn a_name_changed_on_another_device_is_shown_without_a_click() {
    story(async |stage| {
        sign_in_on_both(stage).await?;
        let other = stage.other_device()?;
        other.click(Role::Link, "Account").await?;
        other.arrive("/account").await?;
        other.fill("Name", ", Countess of Lovelace").await?;
        other.click(Role::Button, "Save name").await?;
        let countess = |now: &Snapshot| now.shows("Countess of Lovelace");
        let now = stage.browser.until("the new name", countess).await?;
        assert_eq!((now.path(), now.toasts.len()), ("/dashboard", 0), "{now:?}");
        Ok(())
    });
}

#[test]
fn an_end_missed_during_an_outage_is_found_after_it() {
    story(async |stage| {
        sign_in_on_both(stage).await?;
        stage.proxy.cut();
        end_other_sessions(stage.other_device()?).await?;
        let now = stage.browser.until("the reconnecting line", |now| !now.status.is_empty()).await?;
        assert!(now.path() == "/dashboard" && now.shows(NAME), "still signed in: {now:?}");
        stage.proxy.mend();
        stage.browser.arrive("/auth").await?;
        assert_eq!(stage.browser.toasts().await?.len(), 1);
        Ok(())
    });
}

#[test]
fn the_event_stream_reopens_after_a_server_restart() {
    story(async |stage| {
        sign_in_on_both(stage).await?;
        stage.server.stop().await?;
        stage.start_server_again().await?;
        stage.until_subscribed(2).await?;
        assert_eq!(stage.proxy.count("GET /api/me"), 0, "no user data has changed: {:?}", stage.proxy.log());
        assert!(stage.proxy.count(EVENTS) >= 2);
        Ok(())
    });
}
