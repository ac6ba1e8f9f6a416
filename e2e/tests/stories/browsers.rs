//! Browsers without optional APIs: the app works with fewer features.

use std::{fs, time::Duration};

use latchkey_e2e::{App, EMAIL, EVENTS, NAME, PASSWORD, Role, Snapshot, Stage, Stopwatch, VERIFY, story};

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
            delete AbortSignal.timeout;
            for (const name of ['localStorage', 'sessionStorage'])
                Object.defineProperty(window, name, { get() { throw new DOMException('refused', 'SecurityError'); } })";
        stage.browser.before_each_page(lacking).await?;
        assert_works(stage).await
    });
}

/// There are no Web Locks, so the tab that was shown last reads the event stream.
#[test]
fn on_plain_http_what_happens_elsewhere_is_told_at_once_in_all_tabs() {
    story(async |stage| {
        stage.browser.leave_secure_context();
        assert_works(stage).await?;
        assert_eq!(stage.browser.run("return isSecureContext || 'locks' in navigator").await?, false);
        // A page that was left soon has opened none.
        let streams = stage.proxy.count(EVENTS);
        stage.sign_in().await?;
        let first = stage.browser.tab().await?;
        stage.until_subscribed(streams + 1).await?;
        let second = stage.browser.open_tab().await?;
        stage.browser.visit("/sessions").await?;
        stage.until_subscribed(streams + 2).await?;
        stage.revoke_session().await?;
        let ended = |now: &Snapshot| now.url.contains("reason=session-revoked");
        stage.browser.until("the end in the tab that reads the stream", ended).await?;
        stage.browser.switch_to(&first).await?;
        stage.browser.until("the end in the other tab", ended).await?;
        stage.submit(EMAIL, PASSWORD).await?;
        stage.browser.arrive("/dashboard").await?;
        stage.browser.switch_to(&second).await?;
        stage.browser.arrive("/sessions").await?;
        stage.browser.click(Role::Button, "Sign out").await?;
        stage.browser.arrive("/auth").await?;
        stage.browser.switch_to(&first).await?;
        stage.browser.until("the sign-out in the other tab", |now| now.path().starts_with("/auth")).await?;
        // Chromium reports which headers it ignores there.
        let ignored = ["Cross-Origin-Opener-Policy header has been ignored", "Clear-Site-Data header"];
        let lines = stage.browser.console_errors().await?;
        assert!(lines.iter().all(|line| ignored.iter().any(|header| line.contains(header))), "{lines:#?}");
        Ok(())
    });
}

/// What a minifier may write, or a careless style may use, and which of the browsers in the README do not know it. Rules that only
/// decorate may use more.
const TOO_NEW: [&str; 9] =
    ["(width>", "(width<", "(height>", "(height<", "color-mix(", "@layer", "@container", "@scope", "text-box"];

#[test]
fn the_built_styles_use_nothing_that_the_oldest_browsers_do_not_know() -> anyhow::Result<()> {
    let mut styles = 0;
    for entry in fs::read_dir(App::Latchkey.files()?)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "css" || extension == "html") {
            let text: String = fs::read_to_string(&path)?.split_whitespace().collect();
            styles += text.matches("@media").count();
            for syntax in TOO_NEW {
                assert!(!text.contains(syntax), "{} uses {syntax}", path.display());
            }
            // Nested rules: a selector inside of a rule.
            assert!(!text.contains(";&") && !text.contains("{&"), "{} nests rules", path.display());
            // Where light-dark() is unknown, each of its uses needs a fallback.
            assert!(
                !text.contains("light-dark(") || text.contains("@supportsnot(color:light-dark("),
                "{}",
                path.display()
            );
        }
    }
    assert!(styles > 5, "{styles} media queries");
    Ok(())
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
