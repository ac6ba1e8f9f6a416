//! The warning before the session ends, and the ways to extend it.

use std::time::Duration;

use latchkey_e2e::{PASSWORD, Role, Snapshot, Stage, Stopwatch, story_with};

const REFRESH: &str = "POST /api/refresh-session";

fn warned(now: &Snapshot) -> bool {
    now.shows("Your session ends in 0:0")
}

/// Signs in, waits for the warning, runs `act`, and asserts that the warning disappears, on the same page.
async fn extend_session(stage: &Stage, act: impl AsyncFnOnce(&Stage) -> anyhow::Result<()>) -> anyhow::Result<()> {
    stage.sign_in().await?;
    stage.browser.until_late("the warning", warned).await?;
    act(stage).await?;
    let now = stage.browser.until("no warning", |now| !warned(now)).await?;
    assert_eq!((now.path(), now.toasts.len()), ("/dashboard", 0), "{now:?}");
    stage.proxy.quiet().await?;
    let cookie = stage.browser.cookie().await?.unwrap_or_default();
    assert_eq!(stage.server.verify(&cookie).await?, "200");
    Ok(())
}

#[test]
fn wcag_2_2_1_a_sliding_session_is_extended_by_a_click() {
    story_with(&["--session-lifetime", "12s", "--session-refresh", "sliding"], async |stage| {
        extend_session(stage, async |stage| stage.browser.click(Role::Button, "Stay signed in").await).await?;
        assert_eq!(stage.proxy.count(REFRESH), 1);
        Ok(())
    });
}

#[test]
fn wcag_2_2_1_the_idle_timeout_is_reset_by_a_click() {
    story_with(&["--idle-timeout", "12s"], async |stage| {
        extend_session(stage, async |stage| stage.browser.click(Role::Button, "Stay signed in").await).await?;
        assert_eq!(stage.proxy.count(REFRESH), 0);
        Ok(())
    });
}

#[test]
fn wcag_2_2_1_a_fixed_deadline_is_replaced_by_signing_in_again_early() {
    story_with(&["--session-lifetime", "16s"], async |stage| {
        let sign_in = async |stage: &Stage| {
            stage.browser.click(Role::Button, "Sign in again").await?;
            stage.browser.type_text(PASSWORD).await?;
            stage.browser.press(latchkey_e2e::Key::Enter).await
        };
        extend_session(stage, sign_in).await
    });
}

#[test]
fn typing_counts_as_activity() {
    story_with(&["--idle-timeout", "5s"], async |stage| {
        stage.sign_in().await?;
        stage.browser.visit("/account").await?;
        let cookie = stage.browser.cookie().await?.unwrap_or_default();
        // Twice the idle timeout.
        let started = Stopwatch::start();
        while started.elapsed() < Duration::from_secs(10) {
            stage.browser.fill("Name", "a").await?;
            let now = stage.browser.now().await?;
            assert_eq!((now.path(), now.toasts.len()), ("/account", 0), "{now:?}");
        }
        assert_eq!(stage.server.verify(&cookie).await?, "200");
        Ok(())
    });
}
