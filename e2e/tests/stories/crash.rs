//! The app crashes, by a panic or an exception: the user's data is removed from the page, other tabs keep working, and the
//! page shows a message and a button.

use latchkey_e2e::{EMAIL, NAME, PASSWORD, Role, Snapshot, Stage, eventually, story};

const MESSAGE: &str = "Something went wrong";

/// Asserts that the app has stopped: the page shows the message, holds no user data and no locks, and can be loaded again.
async fn assert_stopped(stage: &Stage) -> anyhow::Result<()> {
    stage.browser.until("the message and a button", |now| now.shows(MESSAGE) && now.shows("Load again")).await?;
    assert!(!stage.browser.console_errors().await?.is_empty(), "the console holds the error");
    let source = stage.browser.run("return document.documentElement.outerHTML").await?.to_string();
    for words in [NAME, EMAIL] {
        assert!(!source.contains(words), "{words} still in {source}");
    }
    assert_eq!(stage.browser.run("return document.title").await?, "Latchkey");
    assert_eq!(stage.browser.focused().await?, "Load again");
    let held = "const done = arguments[1]; navigator.locks.query().then(({ held, pending }) => done([...held, ...pending].length))";
    let none = |held: &serde_json::Value| held == 0;
    eventually("released locks", async || stage.browser.run_async(held, "").await, none).await?;
    Ok(())
}

async fn assert_usable_again(stage: &Stage) -> anyhow::Result<()> {
    stage.browser.click(Role::Button, "Load again").await?;
    stage.browser.until("the app", |now| !now.heading.is_empty() && now.shows(NAME) && !now.shows(MESSAGE)).await?;
    Ok(())
}

#[test]
fn after_a_panic_no_user_data_is_left_and_the_page_can_be_loaded_again() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.until_subscribed(1).await?;
        stage.browser.run("document.createElement = () => { throw new DOMException('sabotage') }").await?;
        stage.browser.click(Role::Link, "Account").await?;
        assert_stopped(stage).await?;
        stage.proxy.quiet().await?;
        let log = stage.proxy.log();
        assert!(log.iter().any(|line| line.starts_with("GET /api/session-events")), "{log:?}");
        assert_usable_again(stage).await
    });
}

#[test]
fn after_an_exception_in_the_app_no_user_data_is_left_and_the_page_can_be_loaded_again() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.until_subscribed(1).await?;
        stage.browser.run("performance.now = () => { throw new Error('sabotage') }").await?;
        stage.browser.run("dispatchEvent(new Event('focus'))").await?;
        assert_stopped(stage).await?;
        assert_usable_again(stage).await
    });
}

#[test]
fn removing_the_app_from_the_page_leaves_a_message() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.browser.run("console.error('on purpose'); document.querySelector('#app').textContent = ''").await?;
        assert_stopped(stage).await?;
        assert_usable_again(stage).await
    });
}

#[test]
fn a_crash_while_the_app_starts_leaves_a_message() {
    story(async |stage| {
        let sabotage = "
            const native = document.createElement;
            document.createElement = function (name) {
                if (name === 'main') throw new DOMException('sabotage');
                return native.call(this, name);
            }";
        stage.browser.before_each_page(sabotage).await?;
        stage.browser.open_document("/").await?;
        let failed = |now: &Snapshot| now.shows("could not be loaded") && now.shows("Load again");
        stage.browser.until("the message and a button", failed).await?;
        stage.browser.console_errors().await.map(drop)
    });
}

#[test]
fn other_tabs_go_on_after_one_has_broken() {
    story(async |stage| {
        stage.sign_in().await?;
        let first = stage.browser.tab().await?;
        // The app crashes while a check is in flight and the cookie lock is held.
        stage.proxy.hold("GET /api/verify-session");
        stage.browser.click(Role::Link, "Account").await?;
        stage.proxy.until_held("GET /api/verify-session").await?;
        stage.browser.run("document.createElement = () => { throw new DOMException('sabotage') }").await?;
        stage.browser.click(Role::Link, "Dashboard").await?;
        assert_stopped(stage).await?;
        stage.proxy.release("GET /api/verify-session");
        stage.browser.open_tab().await?;
        stage.browser.visit("/account").await?;
        stage.browser.click(Role::Button, "Sign out").await?;
        stage.browser.arrive("/auth").await?;
        stage.submit(EMAIL, PASSWORD).await?;
        stage.browser.arrive("/dashboard").await?;
        stage.browser.switch_to(&first).await?;
        let now = stage.browser.now().await?;
        assert!(now.shows(MESSAGE) && !now.shows(NAME), "the crashed app stays stopped: {now:?}");
        Ok(())
    });
}

#[test]
fn an_error_in_a_third_party_script_breaks_nothing() {
    story(async |stage| {
        stage.sign_in().await?;
        stage
            .browser
            .run("setTimeout(() => { throw new Error('an extension') }); Promise.reject(new TypeError('another'))")
            .await?;
        stage.follow("Account", "/account").await?;
        assert!(!stage.browser.now().await?.shows(MESSAGE));
        stage.browser.console_errors().await.map(drop)
    });
}
