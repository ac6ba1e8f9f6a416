//! Browsers without optional APIs: the app works with fewer features.

use std::time::Duration;

use latchkey_e2e::{EMAIL, NAME, PASSWORD, Role, Stage, Stopwatch, VERIFY, story};

use crate::LOGIN;

/// Signs in, navigates, changes the name, and signs out.
async fn assert_works(stage: &Stage) -> anyhow::Result<()> {
    stage.browser.visit("/auth").await?;
    stage.submit(EMAIL, PASSWORD).await?;
    stage.browser.arrive("/dashboard").await?;
    stage.proxy.quiet().await?;
    stage.follow("Account", "/account").await?;
    stage.browser.fill("Name", ", Countess").await?;
    stage.browser.click(Role::Button, "Save name").await?;
    let countess = format!("{NAME}, Countess");
    stage.browser.until("the new name", |now| now.shows(&countess) && !now.toasts.is_empty()).await?;
    stage.follow("Sessions", "/sessions").await?;
    stage.browser.click(Role::Button, "Sign out").await?;
    stage.browser.arrive("/auth").await?;
    Ok(())
}

#[test]
fn the_app_works_without_optional_browser_apis() {
    for lacking in [
        "delete Navigator.prototype.locks",
        "delete window.BroadcastChannel",
        "delete window.EventSource",
        "delete Intl.RelativeTimeFormat",
        "delete AbortSignal.timeout",
    ] {
        story(async |stage| {
            stage.browser.before_each_page(lacking).await?;
            assert_works(stage).await
        });
    }
}

#[test]
fn the_app_works_without_any_of_them_and_without_storage() {
    story(async |stage| {
        let lacking = "
            delete Navigator.prototype.locks; delete window.BroadcastChannel; delete window.EventSource;
            delete AbortSignal.timeout; delete Intl.RelativeTimeFormat;
            for (const name of ['localStorage', 'sessionStorage'])
                Object.defineProperty(window, name, { get() { throw new DOMException('refused', 'SecurityError'); } })";
        stage.browser.before_each_page(lacking).await?;
        assert_works(stage).await
    });
}

#[test]
fn a_lock_that_another_tab_holds_for_ever_delays_a_sign_in_by_seconds() {
    story(async |stage| {
        let first = stage.browser.tab().await?;
        stage.browser.visit("/auth").await?;
        stage.browser.open_tab().await?;
        stage.browser.visit("/").await?;
        stage.browser.run("navigator.locks.request('latchkey-cookie', () => new Promise(() => {})); return 0").await?;
        stage.browser.switch_to(&first).await?;
        stage.proxy.quiet().await?;
        stage.browser.fill("Email", EMAIL).await?;
        stage.browser.fill("Password", PASSWORD).await?;
        stage.browser.click(Role::Button, "Sign in").await?;
        let clicked = Stopwatch::start();
        stage.proxy.until_counted(LOGIN, 1).await?;
        assert!(clicked.elapsed() < Duration::from_secs(8), "after {:?}", clicked.elapsed());
        stage.browser.arrive("/dashboard").await?;
        // The delay is not repeated by every further request.
        let checks = stage.proxy.count(VERIFY);
        stage.browser.click(Role::Link, "Account").await?;
        let clicked = Stopwatch::start();
        stage.proxy.until_counted(VERIFY, checks + 1).await?;
        stage.browser.click(Role::Button, "Sign out").await?;
        stage.proxy.until_counted("POST /api/logout", 1).await?;
        assert!(clicked.elapsed() < Duration::from_secs(4), "after {:?}", clicked.elapsed());
        Ok(())
    });
}
