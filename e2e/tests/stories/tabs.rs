//! Two tabs of one browser: what one finds out the other knows, and the person is told once.

use latchkey_e2e::{EMAIL, Moment, NAME, OTHER_EMAIL, OTHER_NAME, PASSWORD, Role, Stage, Tab, VERIFY, story};

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
        let asked = questions(stage);
        stage.browser.click(Role::Button, "Sign out").await?;
        stage.browser.until_toast().await?;
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

/// The tab of before sleeps while somebody else signs in, so that it hears of nothing; its next change must not be made in
/// their name.
#[test]
fn a_tab_that_believes_in_another_session_changes_nothing() {
    story(async |stage| {
        let [first, second] = two_tabs(stage).await?;
        stage.browser.look_at(&first).await?;
        stage.follow("Account", "/account").await?;
        stage.browser.fill("Name", " the First").await?;
        // Deaf, as if the news were still on its way.
        stage.browser.run("BroadcastChannel.prototype.dispatchEvent = () => true").await?;
        stage.browser.set_asleep(true).await?;
        stage.browser.look_at(&second).await?;
        stage.browser.click(Role::Button, "Sign out").await?;
        stage.browser.arrive("/auth").await?;
        stage.submit(OTHER_EMAIL, PASSWORD).await?;
        stage.browser.until("somebody else", |now| now.says(OTHER_NAME)).await?;
        stage.browser.look_at(&first).await?;
        stage.browser.set_asleep(false).await?;
        let other = |now: &Moment| now.path() == "/dashboard" && now.says(OTHER_NAME) && !now.says(EMAIL);
        stage.browser.until("the other person's dashboard", other).await?;
        stage.browser.visit("/account").await?;
        assert_eq!(stage.browser.value_of("Name").await?, OTHER_NAME);
        Ok(())
    });
}
