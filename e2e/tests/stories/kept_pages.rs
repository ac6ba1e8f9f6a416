//! A browser keeps the page that a tab has left, to show it again on Back. The kept page runs no script, so it must hold nothing
//! that other tabs wait for.

use latchkey_e2e::{CannedAnswer, EMAIL, NAME, PASSWORD, Role, Stage, Stopwatch, Tab, VERIFY, eventually, story};

use crate::LOGIN;

/// Another document of the site, which is no page of the app.
const ELSEWHERE: CannedAnswer = CannedAnswer {
    status: 200,
    headers: &[("content-type", "text/html")],
    body: "<link rel=icon href=data:,><h1>Elsewhere</h1>",
};

/// Opens the dashboard in two tabs, of which the first has the event stream. The first is the current one.
async fn two_tabs(stage: &Stage) -> anyhow::Result<[Tab; 2]> {
    stage.proxy.answer_instead_of_file("/elsewhere", ELSEWHERE, usize::MAX);
    stage.sign_in().await?;
    stage.until_subscribed(1).await?;
    let first = stage.browser.tab().await?;
    let second = stage.browser.open_tab().await?;
    stage.browser.visit("/dashboard").await?;
    stage.proxy.quiet().await?;
    stage.browser.switch_to(&first).await?;
    Ok([first, second])
}

/// Ends the session elsewhere: the current page learns it from the event stream.
async fn assert_told_of_a_revocation(stage: &Stage) -> anyhow::Result<()> {
    stage.revoke_session().await?;
    let now = stage.browser.arrive("/auth").await?;
    assert_eq!(now.query("reason").as_deref(), Some("session-revoked"), "{now:?}");
    Ok(())
}

#[test]
fn a_page_that_was_left_leaves_the_event_stream_to_another_tab() {
    story(async |stage| {
        let [_, second] = two_tabs(stage).await?;
        stage.browser.visit("/elsewhere").await?;
        stage.until_subscribed(2).await?;
        stage.browser.switch_to(&second).await?;
        assert_told_of_a_revocation(stage).await
    });
}

#[test]
fn a_page_that_is_shown_again_gets_the_event_stream_back() {
    story(async |stage| {
        stage.proxy.answer_instead_of_file("/elsewhere", ELSEWHERE, usize::MAX);
        stage.sign_in().await?;
        stage.until_subscribed(1).await?;
        stage.browser.visit("/elsewhere").await?;
        stage.browser.back().await?;
        stage.browser.until("the dashboard", |now| now.url == "/dashboard" && now.shows(NAME)).await?;
        stage.until_subscribed(2).await?;
        assert_told_of_a_revocation(stage).await
    });
}

#[test]
fn a_page_kept_while_it_waits_for_the_event_stream_does_not_get_it() {
    story(async |stage| {
        let [first, second] = two_tabs(stage).await?;
        stage.browser.switch_to(&second).await?;
        let waiting = "const done = arguments[1]; navigator.locks.query().then(({ pending }) => done(pending.length))";
        eventually("a tab that waits", async || stage.browser.run_async(waiting, "").await, |count| *count == 1)
            .await?;
        stage.browser.visit("/elsewhere").await?;
        stage.browser.open_tab().await?;
        stage.browser.visit("/dashboard").await?;
        let third = stage.browser.tab().await?;
        stage.browser.switch_to(&first).await?;
        stage.browser.close_tab(&third).await?;
        stage.until_subscribed(2).await?;
        assert_told_of_a_revocation(stage).await
    });
}

#[test]
fn a_page_kept_during_a_check_delays_no_sign_out_and_no_sign_in_of_another_tab() {
    story(async |stage| {
        let [_, second] = two_tabs(stage).await?;
        // A page with an event stream might not be kept; a new one has none yet.
        stage.browser.visit("/dashboard").await?;
        stage.proxy.hold(VERIFY);
        stage.browser.click(Role::Link, "Account").await?;
        stage.proxy.until_held(VERIFY).await?;
        stage.browser.visit("/elsewhere").await?;
        stage.proxy.release(VERIFY);
        stage.browser.switch_to(&second).await?;
        stage.browser.click(Role::Button, "Sign out").await?;
        let clicked = Stopwatch::start();
        stage.proxy.until_counted("POST /api/logout", 1).await?;
        stage.browser.arrive("/auth").await?;
        stage.browser.until_toast().await?;
        assert!(clicked.elapsed().as_secs() < 4, "the sign-out took {:?}", clicked.elapsed());
        stage.browser.fill("Email", EMAIL).await?;
        stage.browser.fill("Password", PASSWORD).await?;
        stage.browser.click(Role::Button, "Sign in").await?;
        let clicked = Stopwatch::start();
        stage.proxy.until_counted(LOGIN, 2).await?;
        assert!(clicked.elapsed().as_secs() < 4, "the sign-in took {:?}", clicked.elapsed());
        stage.browser.arrive("/dashboard").await?;
        Ok(())
    });
}

#[test]
fn a_kept_page_shows_nothing_of_a_user_who_has_signed_out_meanwhile() {
    story(async |stage| {
        let [first, second] = two_tabs(stage).await?;
        stage.browser.visit("/elsewhere").await?;
        stage.browser.switch_to(&second).await?;
        stage.browser.click(Role::Button, "Sign out").await?;
        stage.browser.until_toast().await?;
        stage.browser.switch_to(&first).await?;
        stage.browser.back().await?;
        let now = stage.browser.arrive("/auth").await?;
        assert!(!now.shows(NAME) && !now.shows(EMAIL), "{now:?}");
        Ok(())
    });
}
