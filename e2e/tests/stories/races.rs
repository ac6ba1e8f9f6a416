//! Late answers: a response that another action has overtaken changes nothing.

use latchkey_e2e::{EMAIL, NAME, PASSWORD, Role, VERIFY, story};

/// The 401 of a check deletes the invalid cookie. If it arrives after a log-in, it must not delete the new one.
#[test]
fn a_late_401_does_not_undo_a_fresh_log_in() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.end_session().await?;
        stage.proxy.hold(VERIFY);
        stage.browser.visit("/auth").await?;
        stage.proxy.until_held(VERIFY).await?;
        stage.submit(EMAIL, PASSWORD).await?;
        // Gives the log-in time to be answered before the check, which is the worst order.
        stage.proxy.quiet().await?;
        stage.proxy.release(VERIFY);
        stage.browser.arrive("/dashboard").await?;
        stage.proxy.quiet().await?;
        let now = stage.browser.reload().await?;
        assert!(now.url == "/dashboard" && now.shows(NAME), "the cookie works: {now:?}");
        Ok(())
    });
}

#[test]
fn a_check_answered_after_the_sign_out_shows_no_second_toast() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.proxy.hold(VERIFY);
        stage.browser.click(Role::Link, "Account").await?;
        stage.proxy.until_held(VERIFY).await?;
        stage.browser.click(Role::Button, "Sign out").await?;
        stage.proxy.release(VERIFY);
        stage.browser.arrive("/auth").await?;
        stage.proxy.quiet().await?;
        let now = stage.browser.now().await?;
        assert!(now.path() == "/auth" && !now.shows(NAME), "still signed out: {now:?}");
        assert_eq!(stage.browser.toasts().await?.len(), 1, "{now:?}");
        assert_eq!(stage.browser.cookie().await?, None);
        Ok(())
    });
}
