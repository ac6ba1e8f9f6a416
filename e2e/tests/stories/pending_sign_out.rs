//! A sign-out is never lost: not with a line that is cut, a tab that closes, a call that is slow.

use latchkey_e2e::{Moment, NAME, PASSWORD, Role, Stage, Tab, eventually, story};

const LOGOUT: &str = "POST /api/logout";
const PASSWORD_CHANGE: &str = "POST /api/me/password";
const RENAME: &str = "PATCH /api/me";

/// Two tabs of somebody who is signed in; the second is looked at. And their cookie.
async fn two_tabs(stage: &Stage, address: &str) -> anyhow::Result<([Tab; 2], String)> {
    stage.sign_in().await?;
    stage.browser.visit(address).await?;
    let first = stage.browser.tab().await?;
    let second = stage.browser.open_tab().await?;
    stage.browser.visit("/dashboard").await?;
    stage.gate.quiet().await?;
    let cookie = stage.browser.cookie().await?.unwrap_or_default();
    Ok(([first, second], cookie))
}

async fn until_ended(stage: &Stage, cookie: &str) -> anyhow::Result<()> {
    let signed_out = |said: &String| said == "401 signed-out";
    eventually("the end on the server", async || stage.verify(cookie).await, signed_out).await?;
    Ok(())
}

fn nobody(now: &Moment) -> bool {
    now.path() == "/auth" && !now.says(NAME)
}

#[test]
fn a_tab_that_closes_without_a_line_leaves_its_sign_out_to_the_others() {
    story(async |stage| {
        let ([first, _], cookie) = two_tabs(stage, "/dashboard").await?;
        stage.gate.cut();
        stage.browser.click(Role::Button, "Sign out").await?;
        stage.browser.until("nobody", nobody).await?;
        stage.browser.close_tab(&first).await?;
        stage.gate.mend();
        stage.browser.click(Role::Link, "Home").await?;
        until_ended(stage, &cookie).await?;
        stage.browser.click(Role::Link, "Account").await?;
        stage.browser.until("nobody", nobody).await?;
        for moment in stage.browser.moments().await?.into_iter().rev().take(2) {
            assert!(!moment.says(NAME), "the user came back: {moment:?}");
        }
        Ok(())
    });
}

#[test]
fn another_tabs_slow_call_does_not_hold_it_up() {
    story(async |stage| {
        let ([first, second], cookie) = two_tabs(stage, "/account").await?;
        stage.browser.look_at(&first).await?;
        stage.gate.hold(PASSWORD_CHANGE);
        stage.browser.fill("Current password", PASSWORD).await?;
        stage.browser.fill("New password", "another battery staple").await?;
        stage.browser.click(Role::Button, "Change password").await?;
        stage.gate.until_held(PASSWORD_CHANGE).await?;
        stage.browser.look_at(&second).await?;
        let clicked = tokio::time::Instant::now();
        stage.browser.click(Role::Button, "Sign out").await?;
        stage.gate.until_counted(LOGOUT, 1).await?;
        assert!(clicked.elapsed().as_secs() < 3, "it waited for {:?}", clicked.elapsed());
        stage.gate.release(PASSWORD_CHANGE);
        stage.gate.quiet().await?;
        let left = stage.browser.cookie().await?;
        if let Some(left) = left {
            until_ended(stage, &left).await?;
        }
        assert_ne!(stage.verify(&cookie).await?, "200");
        stage.browser.visit("/account").await?;
        stage.browser.until("nobody", nobody).await?;
        Ok(())
    });
}

#[test]
fn signing_out_during_a_password_change_ends_what_that_began() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.follow("Account", "/account").await?;
        stage.gate.hold(PASSWORD_CHANGE);
        stage.browser.fill("Current password", PASSWORD).await?;
        stage.browser.fill("New password", "another battery staple").await?;
        stage.browser.click(Role::Button, "Change password").await?;
        stage.gate.until_held(PASSWORD_CHANGE).await?;
        stage.browser.click(Role::Button, "Sign out").await?;
        stage.browser.until("nobody", nobody).await?;
        assert_eq!(stage.gate.count(LOGOUT), 0, "not before the call is over");
        stage.gate.release(PASSWORD_CHANGE);
        stage.gate.until_counted(LOGOUT, 1).await?;
        stage.gate.quiet().await?;
        assert_eq!(stage.browser.cookie().await?, None);
        let now = stage.browser.visit("/account").await?;
        assert!(nobody(&now), "{now:?}");
        Ok(())
    });
}

#[test]
fn a_slow_report_does_not_delay_it() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.follow("Account", "/account").await?;
        stage.gate.hold(RENAME);
        stage.browser.fill("Name", " the First").await?;
        stage.browser.click(Role::Button, "Save name").await?;
        stage.gate.until_held(RENAME).await?;
        stage.browser.click(Role::Button, "Sign out").await?;
        stage.browser.arrive("/auth").await?;
        stage.gate.until_counted(LOGOUT, 1).await?;
        stage.submit(latchkey_e2e::EMAIL, PASSWORD).await?;
        stage.browser.arrive("/dashboard").await?;
        stage.gate.release(RENAME);
        stage.gate.quiet().await?;
        let now = stage.browser.reload().await?;
        assert!(now.url == "/dashboard", "the late answer changed nothing: {now:?}");
        Ok(())
    });
}
