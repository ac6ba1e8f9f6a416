//! Two tabs of one browser: each applies what the other finds out, without a request, and only one shows a toast.

use latchkey_e2e::{Device, EMAIL, NAME, OTHER_EMAIL, OTHER_NAME, Role, Snapshot, Stage, Tab, VERIFY, story};

/// Opens two tabs on the dashboard; the second is the current one.
async fn two_tabs(stage: &Stage) -> anyhow::Result<[Tab; 2]> {
    stage.sign_in().await?;
    let first = stage.browser.tab().await?;
    let second = stage.browser.open_tab().await?;
    stage.browser.visit("/dashboard").await?;
    stage.proxy.quiet().await?;
    Ok([first, second])
}

/// The number of checks and fetches of the user so far.
fn session_requests(stage: &Stage) -> usize {
    stage.proxy.count(VERIFY) + stage.proxy.count("GET /api/me")
}

#[test]
fn signing_out_in_one_tab_signs_the_other_out_and_shows_one_toast() {
    story(async |stage| {
        let [first, second] = two_tabs(stage).await?;
        stage.browser.click(Role::Button, "Sign out").await?;
        stage.browser.until_toast().await?;
        stage.browser.arrive("/auth").await?;
        stage.proxy.quiet().await?;
        let before = session_requests(stage);
        stage.browser.switch_to(&first).await?;
        let now = stage.browser.arrive("/auth").await?;
        assert!(!now.shows(NAME), "{now:?}");
        stage.proxy.quiet().await?;
        assert_eq!(stage.browser.toasts().await?, Vec::<String>::new(), "the other tab has shown it");
        assert_eq!(session_requests(stage), before, "no request to the server: {:?}", stage.proxy.log());
        stage.browser.switch_to(&second).await?;
        assert_eq!(stage.browser.toasts().await?.len(), 1);
        Ok(())
    });
}

#[test]
fn signing_in_in_one_tab_signs_the_other_in() {
    story(async |stage| {
        stage.browser.visit("/account").await?;
        let first = stage.browser.tab().await?;
        stage.browser.open_tab().await?;
        stage.sign_in().await?;
        let before = session_requests(stage);
        stage.browser.switch_to(&first).await?;
        stage.browser.arrive("/account").await?;
        stage.proxy.quiet().await?;
        assert!(session_requests(stage) <= before + 1, "at most one check, for the new route: {:?}", stage.proxy.log());
        Ok(())
    });
}

#[test]
fn a_name_changed_in_one_tab_is_shown_in_the_other() {
    story(async |stage| {
        let [first, _] = two_tabs(stage).await?;
        stage.follow("Account", "/account").await?;
        stage.browser.fill("Name", ", Countess of Lovelace").await?;
        stage.browser.click(Role::Button, "Save name").await?;
        stage.browser.until_toast().await?;
        let before = session_requests(stage);
        stage.browser.switch_to(&first).await?;
        let countess = |now: &Snapshot| now.path() == "/dashboard" && now.shows("Countess of Lovelace");
        stage.browser.until("the new name", countess).await?;
        assert_eq!(session_requests(stage), before, "no request to the server: {:?}", stage.proxy.log());
        Ok(())
    });
}

/// Another user has signed in, and the tab has not been notified yet.
#[test]
fn a_tab_with_a_stale_session_changes_nothing() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.follow("Account", "/account").await?;
        stage.browser.fill("Name", " the First").await?;
        let other = Device::sign_in(&stage.server, OTHER_EMAIL).await?;
        stage.browser.set_cookie(&other.cookie).await?;
        stage.browser.click(Role::Button, "Save name").await?;
        let other = |now: &Snapshot| now.shows(OTHER_NAME) && !now.shows(NAME) && !now.shows(EMAIL);
        stage.browser.until("the other user's page", other).await?;
        assert!(stage.proxy.log().contains(&"PATCH /api/me Answered(409)".to_owned()), "{:?}", stage.proxy.log());
        stage.browser.visit("/account").await?;
        assert_eq!(stage.browser.value_of("Name").await?, OTHER_NAME);
        Ok(())
    });
}
