//! A sign-out is never lost: neither by an outage, nor by a closed tab, nor by a slow request.

use latchkey_e2e::{NAME, PASSWORD, Role, Snapshot, Stage, Stopwatch, Tab, eventually, story};

const LOGOUT: &str = "POST /api/logout";
const PASSWORD_CHANGE: &str = "POST /api/me/password";
const RENAME: &str = "PATCH /api/me";

/// Signs in, and opens two tabs; the second is the current one. Returns them with the session cookie.
async fn two_tabs(stage: &Stage, address: &str) -> anyhow::Result<([Tab; 2], String)> {
    stage.sign_in().await?;
    stage.browser.visit(address).await?;
    let first = stage.browser.tab().await?;
    let second = stage.browser.open_tab().await?;
    stage.browser.visit("/dashboard").await?;
    stage.proxy.quiet().await?;
    let cookie = stage.browser.cookie().await?.unwrap_or_default();
    Ok(([first, second], cookie))
}

async fn until_ended(stage: &Stage, cookie: &str) -> anyhow::Result<()> {
    let ended = |summary: &String| summary == "401 signed-out";
    eventually("the end on the server", async || stage.server.verify(cookie).await, ended).await?;
    Ok(())
}

fn signed_out(now: &Snapshot) -> bool {
    now.path() == "/auth" && !now.shows(NAME)
}

#[test]
fn a_tab_closed_offline_leaves_its_pending_sign_out_to_other_tabs() {
    story(async |stage| {
        let ([first, _], cookie) = two_tabs(stage, "/dashboard").await?;
        stage.proxy.cut();
        stage.browser.click(Role::Button, "Sign out").await?;
        stage.browser.until("the sign-in page", signed_out).await?;
        stage.browser.close_tab(&first).await?;
        stage.proxy.mend();
        stage.browser.click(Role::Link, "Home").await?;
        until_ended(stage, &cookie).await?;
        stage.browser.click(Role::Link, "Account").await?;
        stage.browser.until("the sign-in page", signed_out).await?;
        for snapshot in stage.browser.snapshots().await?.into_iter().rev().take(2) {
            assert!(!snapshot.shows(NAME), "the user is shown again: {snapshot:?}");
        }
        Ok(())
    });
}

#[test]
fn a_slow_request_in_another_tab_does_not_delay_a_sign_out() {
    story(async |stage| {
        let ([first, second], cookie) = two_tabs(stage, "/account").await?;
        stage.browser.switch_to(&first).await?;
        stage.proxy.hold(PASSWORD_CHANGE);
        stage.browser.fill("Current password", PASSWORD).await?;
        stage.browser.fill("New password", "another battery staple").await?;
        stage.browser.click(Role::Button, "Change password").await?;
        stage.proxy.until_held(PASSWORD_CHANGE).await?;
        stage.browser.switch_to(&second).await?;
        let clicked = Stopwatch::start();
        stage.browser.click(Role::Button, "Sign out").await?;
        stage.proxy.until_counted(LOGOUT, 1).await?;
        assert!(clicked.elapsed().as_secs() < 3, "delayed by {:?}", clicked.elapsed());
        stage.proxy.release(PASSWORD_CHANGE);
        stage.proxy.quiet().await?;
        let left = stage.browser.cookie().await?;
        if let Some(left) = left {
            until_ended(stage, &left).await?;
        }
        assert_ne!(stage.server.verify(&cookie).await?, "200");
        stage.browser.visit("/account").await?;
        stage.browser.until("the sign-in page", signed_out).await?;
        Ok(())
    });
}

#[test]
fn signing_out_during_a_password_change_ends_the_new_session() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.follow("Account", "/account").await?;
        stage.proxy.hold(PASSWORD_CHANGE);
        stage.browser.fill("Current password", PASSWORD).await?;
        stage.browser.fill("New password", "another battery staple").await?;
        stage.browser.click(Role::Button, "Change password").await?;
        stage.proxy.until_held(PASSWORD_CHANGE).await?;
        stage.browser.click(Role::Button, "Sign out").await?;
        stage.browser.until("the sign-in page", signed_out).await?;
        assert_eq!(stage.proxy.count(LOGOUT), 0, "not before the password change is answered");
        stage.proxy.release(PASSWORD_CHANGE);
        stage.proxy.until_counted(LOGOUT, 1).await?;
        stage.proxy.quiet().await?;
        assert_eq!(stage.browser.cookie().await?, None);
        let now = stage.browser.visit("/account").await?;
        assert!(signed_out(&now), "{now:?}");
        Ok(())
    });
}

#[test]
fn a_slow_rename_does_not_delay_a_sign_out() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.follow("Account", "/account").await?;
        stage.proxy.hold(RENAME);
        stage.browser.fill("Name", " the First").await?;
        stage.browser.click(Role::Button, "Save name").await?;
        stage.proxy.until_held(RENAME).await?;
        stage.browser.click(Role::Button, "Sign out").await?;
        stage.browser.arrive("/auth").await?;
        stage.proxy.until_counted(LOGOUT, 1).await?;
        stage.submit(latchkey_e2e::EMAIL, PASSWORD).await?;
        stage.browser.arrive("/dashboard").await?;
        stage.proxy.release(RENAME);
        stage.proxy.quiet().await?;
        let now = stage.browser.reload().await?;
        assert!(now.url == "/dashboard", "the late answer changed nothing: {now:?}");
        Ok(())
    });
}
