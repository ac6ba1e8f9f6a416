//! The session ends while a page holds unsaved input: the user signs in again in a dialog over it, and nothing is lost.

use latchkey_e2e::{EVENTS, Key, NAME, OTHER_EMAIL, OTHER_NAME, PASSWORD, Role, Snapshot, Stage, story};

const RENAME: &str = "PATCH /api/me";
const TYPED: &str = "Ada Lovelace, Countess";

/// Whether the page shows the re-authentication dialog.
fn shows_dialog(now: &Snapshot) -> bool {
    now.path() == "/account" && now.shows("Nothing is lost.")
}

/// Signs in, waits for the event stream, and types a name on the account page without saving it.
async fn sign_in_and_type(stage: &Stage) -> anyhow::Result<()> {
    stage.sign_in().await?;
    stage.until_subscribed(1).await?;
    type_name(stage).await
}

async fn type_name(stage: &Stage) -> anyhow::Result<()> {
    stage.follow("Account", "/account").await?;
    stage.browser.fill("Name", ", Countess").await?;
    Ok(())
}

/// Signs in again in the dialog, which holds the user's email already.
async fn reauthenticate(stage: &Stage) -> anyhow::Result<()> {
    stage.browser.until("the dialog", shows_dialog).await?;
    assert_eq!(stage.browser.focused().await?, "Password");
    stage.browser.type_text(PASSWORD).await?;
    stage.browser.press(Key::Enter).await?;
    stage.browser.until("the page without the dialog", |now| now.path() == "/account" && !shows_dialog(now)).await?;
    Ok(())
}

#[test]
fn what_was_typed_is_still_there_and_can_be_saved() {
    story(async |stage| {
        sign_in_and_type(stage).await?;
        stage.revoke_session().await?;
        reauthenticate(stage).await?;
        assert_eq!(stage.browser.value_of("Name").await?, TYPED);
        stage.browser.click(Role::Button, "Save name").await?;
        stage
            .browser
            .until("the confirmation", |now| now.toasts.iter().any(|toast| toast.contains("Name saved")))
            .await?;
        Ok(())
    });
}

#[test]
fn the_rejected_request_is_retried_once() {
    story(async |stage| {
        // Without events, the request itself discovers that the session has ended.
        stage.proxy.hold(EVENTS);
        stage.sign_in().await?;
        type_name(stage).await?;
        stage.revoke_session().await?;
        stage.browser.click(Role::Button, "Save name").await?;
        reauthenticate(stage).await?;
        stage
            .browser
            .until("the confirmation", |now| now.toasts.iter().any(|toast| toast.contains("Name saved")))
            .await?;
        assert_eq!(stage.proxy.count(RENAME), 2, "{:?}", stage.proxy.log());
        stage.browser.visit("/account").await?;
        assert_eq!(stage.browser.value_of("Name").await?, TYPED);
        Ok(())
    });
}

#[test]
fn leaving_leads_to_the_sign_in_page_and_escape_is_a_way_to_leave() {
    for by_key in [false, true] {
        story(async |stage| {
            sign_in_and_type(stage).await?;
            stage.revoke_session().await?;
            stage.browser.until("the dialog", shows_dialog).await?;
            if by_key {
                stage.browser.press(Key::Escape).await?;
            } else {
                stage.browser.click(Role::Button, "Leave").await?;
            }
            let now = stage.browser.arrive("/auth").await?;
            assert_eq!(now.query("next").as_deref(), Some("/account"), "{now:?}");
            assert!(!now.shows(NAME), "{now:?}");
            Ok(())
        });
    }
}

#[test]
fn another_user_gets_nothing_of_the_page_and_lands_on_the_dashboard() {
    story(async |stage| {
        sign_in_and_type(stage).await?;
        let first = stage.browser.tab().await?;
        stage.revoke_session().await?;
        stage.browser.until("the dialog", shows_dialog).await?;
        stage.browser.open_tab().await?;
        stage.browser.visit("/auth").await?;
        stage.submit(OTHER_EMAIL, PASSWORD).await?;
        stage.browser.arrive("/dashboard").await?;
        stage.browser.switch_to(&first).await?;
        let now =
            stage.browser.until("the other dashboard", |now| now.url == "/dashboard" && now.shows(OTHER_NAME)).await?;
        assert!(!now.shows(NAME), "{now:?}");
        stage.browser.click(Role::Link, "Account").await?;
        stage.browser.arrive("/account").await?;
        assert_eq!(stage.browser.value_of("Name").await?, OTHER_NAME);
        Ok(())
    });
}
