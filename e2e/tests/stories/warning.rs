//! The warning before the end, and going on.

use std::time::Duration;

use latchkey_e2e::{Moment, PASSWORD, Role, Stage, story_with};
use tokio::time::Instant;

const REFRESH: &str = "POST /api/refresh-session";

fn warned(now: &Moment) -> bool {
    now.says("Your session ends in 0:0")
}

/// Does something about the warning, and sees it go while the page stays.
async fn go_on(stage: &Stage, act: impl AsyncFnOnce(&Stage) -> anyhow::Result<()>) -> anyhow::Result<()> {
    stage.sign_in().await?;
    stage.browser.until_late("the warning", warned).await?;
    act(stage).await?;
    let now = stage.browser.until("no warning", |now| !warned(now)).await?;
    assert_eq!((now.path(), now.toasts.len()), ("/dashboard", 0), "{now:?}");
    stage.gate.quiet().await?;
    let cookie = stage.browser.cookie().await?.unwrap_or_default();
    assert_eq!(stage.verify(&cookie).await?, "200");
    Ok(())
}

#[test]
fn wcag_2_2_1_a_session_that_can_be_prolonged_is_at_a_click() {
    story_with(&["--session-lifetime", "12s", "--session-refresh", "sliding"], async |stage| {
        go_on(stage, async |stage| stage.browser.click(Role::Button, "Stay signed in").await).await?;
        assert_eq!(stage.gate.count(REFRESH), 1);
        Ok(())
    });
}

#[test]
fn wcag_2_2_1_an_idle_limit_is_put_off_by_a_click() {
    story_with(&["--idle-timeout", "12s"], async |stage| {
        go_on(stage, async |stage| stage.browser.click(Role::Button, "Stay signed in").await).await?;
        assert_eq!(stage.gate.count(REFRESH), 0);
        Ok(())
    });
}

#[test]
fn wcag_2_2_1_where_the_end_is_fixed_a_new_session_takes_its_place_ahead_of_time() {
    story_with(&["--session-lifetime", "16s"], async |stage| {
        let sign_in = async |stage: &Stage| {
            stage.browser.click(Role::Button, "Sign in again").await?;
            stage.browser.type_text(PASSWORD).await?;
            stage.browser.press(latchkey_e2e::Key::Enter).await
        };
        go_on(stage, sign_in).await
    });
}

#[test]
fn typing_is_doing_something() {
    story_with(&["--idle-timeout", "5s"], async |stage| {
        stage.sign_in().await?;
        stage.browser.visit("/account").await?;
        let cookie = stage.browser.cookie().await?.unwrap_or_default();
        // Twice as long as one may do nothing.
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_secs(10) {
            stage.browser.fill("Name", "a").await?;
            let now = stage.browser.now().await?;
            assert_eq!((now.path(), now.toasts.len()), ("/account", 0), "{now:?}");
        }
        assert_eq!(stage.verify(&cookie).await?, "200");
        Ok(())
    });
}
