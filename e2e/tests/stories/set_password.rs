//! The one-time link: an operator makes it, a user sets a password with it, once.

use latchkey_e2e::{EMAIL, NAME, Role, Snapshot, story};

use crate::accessible::assert_no_axe_violations;
use crate::looks::assert_sound;

const NEW: &str = "seven slow green trams";

#[test]
fn a_link_sets_a_password_once_and_leads_to_the_sign_in_page() {
    story(async |stage| {
        let link = stage.invite().await?;
        let token = link.split_once("#token=").map(|(_, token)| token.to_owned()).unwrap_or_default();
        stage.sign_in_on_other_device().await?;
        let now = stage.browser.visit(&link).await?;
        assert_eq!(now.url, "/set-password", "the token is not in the address: {now:?}");
        stage.browser.reload().await?;
        stage.browser.click(Role::Button, "Change password").await?;
        stage.browser.until("the rule", |now| now.shows("A password has 12 to 128 characters.")).await?;
        stage.browser.fill("New password", NEW).await?;
        stage.browser.click(Role::Button, "Change password").await?;
        stage.browser.arrive("/auth").await?;
        stage.submit(EMAIL, NEW).await?;
        stage.browser.until("the dashboard", |now: &Snapshot| now.url == "/dashboard" && now.shows(NAME)).await?;
        let elsewhere = stage.other_device()?;
        elsewhere.until("the end of the other session", |now| now.path() == "/auth").await?;
        assert!(!stage.proxy.log().iter().any(|line| format!("{line:?}").contains(&token)), "{:?}", stage.proxy.log());

        let again = stage.browser.visit(&link).await?;
        assert_eq!(again.url, "/set-password", "{again:?}");
        stage.browser.fill("New password", NEW).await?;
        stage.browser.click(Role::Button, "Change password").await?;
        let now = stage.browser.until("the reason", |now| now.shows("This link does not work")).await?;
        assert!(now.shows("ask for a new one"), "{now:?}");
        Ok(())
    });
}

#[test]
fn a_user_who_opens_their_own_link_while_signed_in_is_told_why_the_session_ended() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.until_subscribed(1).await?;
        let now = stage.browser.visit(&stage.invite().await?).await?;
        assert!(now.shows(&format!("You are signed in as {EMAIL}. The link may be for another account.")), "{now:?}");
        stage.until_subscribed(2).await?;
        stage.browser.fill("New password", NEW).await?;
        stage.browser.click(Role::Button, "Change password").await?;
        let now = stage.browser.arrive("/auth?next=%2Fdashboard&reason=password-changed").await?;
        assert!(now.shows("Your password was changed. Sign in again with the new one."), "{now:?}");
        assert!(!now.shows("Sign in to continue"), "{now:?}");
        stage.submit(EMAIL, NEW).await?;
        stage.browser.until("the user", |now: &Snapshot| now.shows(NAME)).await?;
        Ok(())
    });
}

#[test]
fn the_form_is_sound_and_accessible() {
    story(async |stage| {
        assert_sound(stage, "/set-password?form#token=x").await?;
        assert_no_axe_violations(stage, "/set-password?form#token=x").await
    });
}
