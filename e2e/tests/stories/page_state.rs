//! A check never loses the user's input or focus.

use latchkey_e2e::{EMAIL, Role, Stage, VERIFY, story};

/// Types an email, lets `cause` trigger a check, and asserts that the field is the same element with the same value.
async fn assert_input_kept(stage: &Stage, cause: impl AsyncFnOnce(&Stage) -> anyhow::Result<()>) -> anyhow::Result<()> {
    stage.browser.fill("Email", EMAIL).await?;
    stage.browser.run("document.activeElement.isTheSame = true").await?;
    let before = stage.proxy.count(VERIFY);
    cause(stage).await?;
    stage.proxy.until_counted(VERIFY, before + 1).await?;
    stage.proxy.quiet().await?;
    assert_eq!(stage.browser.value_of("Email").await?, EMAIL);
    let same = stage.browser.run("return document.querySelector('#email').isTheSame === true").await?;
    assert_eq!(same, true, "the field was replaced");
    Ok(())
}

#[test]
fn what_is_typed_survives_a_route_change_to_the_same_page() {
    story(async |stage| {
        stage.browser.visit("/auth").await?;
        assert_input_kept(stage, async |stage| stage.browser.click(Role::Link, "Sign in").await).await
    });
}

#[test]
fn what_is_typed_and_the_focus_survive_a_check_on_coming_back_after_a_while() {
    story(async |stage| {
        stage.browser.visit("/auth").await?;
        assert_input_kept(stage, async |stage| {
            let an_hour_later =
                "const now = Date.now; Date.now = () => now() + 3600000; dispatchEvent(new Event('focus'))";
            stage.browser.run(an_hour_later).await.map(drop)
        })
        .await?;
        let focused = stage.browser.run("return document.activeElement.id").await?;
        assert_eq!(focused, "email");
        Ok(())
    });
}

#[test]
fn what_is_typed_survives_an_outage() {
    story(async |stage| {
        stage.browser.visit("/auth").await?;
        assert_input_kept(stage, async |stage| {
            stage.browser.set_offline(true).await?;
            stage.browser.until("the reconnecting line", |now| !now.status.is_empty()).await?;
            stage.browser.set_offline(false).await
        })
        .await
    });
}
