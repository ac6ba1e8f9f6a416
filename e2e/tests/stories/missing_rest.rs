//! The rest of the app arrives late, or never: what does not need it works, and the rest waits or says why it cannot.

use latchkey_e2e::{CannedAnswer, EMAIL, Key, NAME, PASSWORD, Role, Stage, eventually, story};

use crate::broken_start::{GONE, HTML, REQUESTS, SLOW, drain_console_errors, failed, load_again, open_afresh, works};

/// Opens a page with an empty cache, and delays the rest of the app until it is released.
async fn open_without_rest(stage: &Stage, address: &str) -> anyhow::Result<()> {
    stage.proxy.hold("_rest.wasm");
    open_afresh(stage, address).await?;
    stage.browser.until("the app", works).await?;
    Ok(())
}

/// Opens a page with an empty cache, and answers the first requests for the rest of the app as if the server did not have it.
async fn open_while_rest_is_gone(stage: &Stage, address: &str, requests: usize) -> anyhow::Result<()> {
    stage.proxy.answer_instead_of_file("_rest.wasm", GONE, requests);
    open_afresh(stage, address).await?;
    stage.browser.until("the app", works).await?;
    Ok(())
}

#[test]
fn a_rest_of_the_app_that_arrives_late_is_not_noticed() {
    story(async |stage| {
        stage.sign_in().await?;
        open_while_rest_is_gone(stage, "/dashboard", REQUESTS - 1).await?;
        stage.proxy.quiet().await?;
        stage.follow("Account", "/account").await?;
        assert!(stage.browser.snapshots().await?.iter().all(|now| !now.shows("Load again")));
        drain_console_errors(stage).await
    });
}

#[test]
fn a_missing_rest_of_the_app_shows_a_message_when_it_is_needed() {
    story(async |stage| {
        stage.sign_in().await?;
        open_while_rest_is_gone(stage, "/dashboard", usize::MAX).await?;
        stage.browser.click(Role::Button, "Sign out").await?;
        let now = stage.browser.until("the message", failed).await?;
        assert!(!now.shows(NAME), "{now:?}");
        stage.proxy.quiet().await?;
        drain_console_errors(stage).await?;
        stage.proxy.answer_files_again();
        load_again(stage).await?;
        assert!(stage.browser.now().await?.shows(NAME), "an outage is no sign-out");
        Ok(())
    });
}

#[test]
fn a_click_before_the_rest_of_the_app_has_arrived_waits_for_it() {
    story(async |stage| {
        open_without_rest(stage, "/auth").await?;
        stage.submit(EMAIL, PASSWORD).await?;
        stage.browser.click(Role::Link, "Home").await?;
        assert_eq!(stage.browser.now().await?.path(), "/auth");
        stage.proxy.release("_rest.wasm");
        stage.browser.arrive("/").await?;
        stage.browser.until("the name", |now| now.shows(NAME)).await?;
        assert_eq!(stage.proxy.count("GET /"), 0, "no page was loaded again");
        Ok(())
    });
}

#[test]
fn a_form_that_is_submitted_without_a_click_waits_for_the_rest_of_the_app_too() {
    story(async |stage| {
        open_without_rest(stage, "/auth").await?;
        stage.browser.fill("Email", EMAIL).await?;
        stage.browser.fill("Password", PASSWORD).await?;
        // As a password manager does, or Enter in a form without a button.
        stage.browser.run("document.querySelector('form').requestSubmit()").await?;
        assert_eq!(stage.browser.value_of("Email").await?, EMAIL);
        assert_eq!(stage.proxy.count("POST /api/login"), 0);
        stage.proxy.release("_rest.wasm");
        stage.browser.arrive("/dashboard").await?;
        assert_eq!(stage.proxy.count("POST /api/login"), 1);
        Ok(())
    });
}

#[test]
fn an_outage_before_the_rest_of_the_app_has_arrived_loses_nothing() {
    story(async |stage| {
        open_without_rest(stage, "/auth").await?;
        stage.proxy.cut();
        stage.browser.run("dispatchEvent(new Event('offline'))").await?;
        stage.submit(EMAIL, PASSWORD).await?;
        let now = stage.browser.until("the message and a button", |now| now.shows(SLOW)).await?;
        assert!(now.shows("Load again") && !failed(&now), "{now:?}");
        assert_eq!(stage.browser.value_of("Email").await?, EMAIL);
        stage.proxy.mend();
        stage.proxy.release("_rest.wasm");
        stage.browser.arrive("/dashboard").await?;
        let snapshots = stage.browser.snapshots().await?;
        assert!(snapshots.iter().all(|now| !failed(now)) && works(&stage.browser.now().await?), "{snapshots:#?}");
        drain_console_errors(stage).await
    });
}

#[test]
fn a_crash_while_a_click_waits_for_the_rest_of_the_app_removes_the_user() {
    story(async |stage| {
        stage.sign_in().await?;
        open_without_rest(stage, "/dashboard").await?;
        stage.browser.click(Role::Button, "Sign out").await?;
        stage.browser.until("the message", |now| now.shows(SLOW)).await?;
        stage.browser.run("latchkey.broken()").await?;
        let now = stage.browser.until("the message", |now| now.shows("stopped working")).await?;
        assert!(!now.shows(NAME) && !now.shows(SLOW), "{now:?}");
        // The part is still missing.
        load_again(stage).await?;
        stage.browser.click(Role::Button, "Sign out").await?;
        stage.browser.run("latchkey.broken()").await?;
        stage.proxy.release("_rest.wasm");
        stage.proxy.quiet().await?;
        assert_eq!(stage.proxy.count("POST /api/logout"), 0, "the click was repeated after the crash");
        load_again(stage).await?;
        assert!(stage.browser.now().await?.shows(NAME));
        Ok(())
    });
}

#[test]
fn a_click_does_not_request_the_rest_of_the_app_while_it_is_on_its_way() {
    story(async |stage| {
        stage.sign_in().await?;
        // The browser sends a second request for a file only when the first is answered.
        let count = "
            const native = fetch;
            window.requests = 0;
            window.fetch = (...request) => {
                if (String(request[0]).includes('_rest.wasm')) requests += 1;
                return native(...request);
            };";
        stage.browser.before_each_page(count).await?;
        let unavailable = CannedAnswer { status: 503, headers: HTML, body: "<h1>Try again</h1>" };
        stage.proxy.answer_instead_of_file("_rest.wasm", unavailable, REQUESTS);
        stage.proxy.hold("_rest.wasm");
        open_afresh(stage, "/dashboard").await?;
        let on_its_way = |log: &Vec<String>| log.iter().any(|line| line.ends_with("_rest.wasm Held"));
        eventually("a request after the failed ones", async || Ok(stage.proxy.log()), on_its_way).await?;
        stage.browser.click(Role::Link, "Account").await?;
        stage.browser.click(Role::Link, "Account").await?;
        assert_eq!(stage.browser.run("return requests").await?, REQUESTS + 1);
        stage.proxy.release("_rest.wasm");
        stage.browser.arrive("/account").await?;
        drain_console_errors(stage).await
    });
}

#[test]
fn a_page_that_is_only_read_stays_when_the_rest_of_the_app_is_gone() {
    story(async |stage| {
        stage.sign_in().await?;
        open_while_rest_is_gone(stage, "/account", usize::MAX).await?;
        stage.browser.fill("Name", "typed").await?;
        stage.browser.run("dispatchEvent(new Event('focus'))").await?;
        // The rest is requested again after some seconds, and the event stream would be by then.
        let requested_again =
            |log: &Vec<String>| log.iter().filter(|line| line.contains("_rest.wasm")).count() >= 2 * REQUESTS;
        eventually("further requests", async || Ok(stage.proxy.log()), requested_again).await?;
        let typed = stage.browser.value_of("Name").await?;
        assert!(typed.ends_with("typed") && works(&stage.browser.now().await?), "{typed}");
        drain_console_errors(stage).await
    });
}

#[test]
fn the_page_asks_before_typed_text_is_lost_also_while_the_rest_of_the_app_is_missing() {
    story(async |stage| {
        stage.sign_in().await?;
        open_without_rest(stage, "/account").await?;
        stage.browser.fill("Name", "typed").await?;
        let unload = "
            const unload = document.createEvent('BeforeUnloadEvent');
            unload.initEvent('beforeunload', false, true);
            return !dispatchEvent(unload)";
        assert_eq!(stage.browser.run(unload).await?, true, "the browser asks");
        stage.proxy.release("_rest.wasm");
        Ok(())
    });
}

#[test]
fn a_page_that_is_read_and_left_before_the_rest_of_the_app_arrives_is_there_again_with_it() {
    story(async |stage| {
        stage.sign_in().await?;
        open_without_rest(stage, "/dashboard").await?;
        stage.browser.press(Key::Tab).await?;
        stage.browser.press(Key::PageDown).await?;
        stage.browser.open_blank_page().await?;
        stage.browser.back().await?;
        stage.browser.until("the app", works).await?;
        stage.proxy.release("_rest.wasm");
        stage.browser.until("the name", |now| now.shows(NAME)).await?;
        assert!(stage.browser.snapshots().await?.iter().all(|now| !now.shows("Load again")));
        stage.follow("Account", "/account").await
    });
}
