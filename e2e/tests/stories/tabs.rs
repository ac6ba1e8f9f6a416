//! Two tabs of one browser: what one finds out the other knows, and the person is told once.

use latchkey_e2e::{Device, EMAIL, Moment, NAME, OTHER_EMAIL, OTHER_NAME, Role, Stage, Tab, VERIFY, story};

/// Two tabs on the dashboard; the second is looked at.
async fn two_tabs(stage: &Stage) -> anyhow::Result<[Tab; 2]> {
    stage.sign_in().await?;
    let first = stage.browser.tab().await?;
    let second = stage.browser.open_tab().await?;
    stage.browser.visit("/dashboard").await?;
    stage.gate.quiet().await?;
    Ok([first, second])
}

/// Checks and fetches of the user so far.
fn questions(stage: &Stage) -> usize {
    stage.gate.count(VERIFY) + stage.gate.count("GET /api/me")
}

#[test]
fn signing_out_in_one_signs_the_other_out_and_tells_once() {
    story(async |stage| {
        let [first, second] = two_tabs(stage).await?;
        stage.browser.click(Role::Button, "Sign out").await?;
        stage.browser.until_toast().await?;
        stage.browser.arrive("/auth").await?;
        stage.gate.quiet().await?;
        let asked = questions(stage);
        stage.browser.look_at(&first).await?;
        let now = stage.browser.arrive("/auth").await?;
        assert!(!now.says(NAME), "{now:?}");
        stage.gate.quiet().await?;
        assert_eq!(stage.browser.toasts().await?, Vec::<String>::new(), "told in the other tab already");
        assert_eq!(questions(stage), asked, "nobody asked the server: {:?}", stage.gate.log());
        stage.browser.look_at(&second).await?;
        assert_eq!(stage.browser.toasts().await?.len(), 1);
        Ok(())
    });
}

#[test]
fn signing_in_in_one_leads_the_other_on() {
    story(async |stage| {
        stage.browser.visit("/account").await?;
        let first = stage.browser.tab().await?;
        stage.browser.open_tab().await?;
        stage.sign_in().await?;
        let asked = questions(stage);
        stage.browser.look_at(&first).await?;
        stage.browser.arrive("/account").await?;
        stage.gate.quiet().await?;
        assert!(questions(stage) <= asked + 1, "one check for the route that it was led to: {:?}", stage.gate.log());
        Ok(())
    });
}

#[test]
fn a_name_that_is_changed_in_one_is_shown_in_the_other() {
    story(async |stage| {
        let [first, _] = two_tabs(stage).await?;
        stage.follow("Account", "/account").await?;
        stage.browser.fill("Name", ", Countess of Lovelace").await?;
        stage.browser.click(Role::Button, "Save name").await?;
        stage.browser.until_toast().await?;
        let asked = questions(stage);
        stage.browser.look_at(&first).await?;
        let countess = |now: &Moment| now.path() == "/dashboard" && now.says("Countess of Lovelace");
        stage.browser.until("the new name", countess).await?;
        assert_eq!(questions(stage), asked, "nobody asked the server: {:?}", stage.gate.log());
        Ok(())
    });
}

/// Somebody else has signed in, and the news has not arrived yet.
#[test]
fn a_tab_that_believes_in_another_session_changes_nothing() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.follow("Account", "/account").await?;
        stage.browser.fill("Name", " the First").await?;
        let other = Device::sign_in(&stage.server, OTHER_EMAIL).await?;
        stage.browser.set_cookie(&other.cookie).await?;
        stage.browser.click(Role::Button, "Save name").await?;
        let other = |now: &Moment| now.says(OTHER_NAME) && !now.says(NAME) && !now.says(EMAIL);
        stage.browser.until("the other person's page", other).await?;
        assert!(stage.gate.log().contains(&"PATCH /api/me Answered(409)".to_owned()), "{:?}", stage.gate.log());
        stage.browser.visit("/account").await?;
        assert_eq!(stage.browser.value_of("Name").await?, OTHER_NAME);
        Ok(())
    });
}
