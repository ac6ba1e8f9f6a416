//! What the app may cost on the network, in requests and bytes: these are the same on every machine, unlike times, which `cargo xtask
//! bench person` measures. A budget is a little above the figure measured last; lower it after an improvement.

use latchkey_e2e::{EVENTS, Role, Stage, story};
use serde_json::Value;

/// The page, its script, and the part of its module with which it starts. If a change of the app made them larger, or
/// made the app load the rest at once, `cargo xtask first-load` divides the module anew.
const FIRST_LOAD_REQUESTS: usize = 3;
const FIRST_LOAD_BYTES: u64 = 124_500;

/// The rest of the module, which is loaded when the page can be used.
const REST: &str = "_rest.wasm";
const REST_BYTES: u64 = 74_500;

/// The check.
const NAVIGATION_REQUESTS: usize = 1;
const NAVIGATION_BYTES: u64 = 550;

/// The name and the size of each answer since `performance.clearResourceTimings()`, with its headers, in the form that was sent.
const RESOURCES: &str =
    "return performance.getEntriesByType('resource').map((entry) => [entry.name, entry.transferSize])";
const DOCUMENT: &str =
    "return performance.getEntriesByType('navigation').map((entry) => [entry.name, entry.transferSize])";

async fn answers(stage: &Stage, entries: &str) -> anyhow::Result<Vec<(String, u64)>> {
    let entries: Value = stage.browser.run(entries).await?;
    Ok(serde_json::from_value(entries)?)
}

fn bytes(answers: &[(String, u64)]) -> u64 {
    answers.iter().map(|(_, bytes)| bytes).sum()
}

#[test]
fn a_first_load_and_a_checked_navigation_keep_to_their_budgets() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.browser.open_blank_page().await?;
        stage.browser.clear_cache().await?;
        let before = stage.proxy.count(EVENTS);
        stage.browser.visit("/dashboard").await?;
        stage.proxy.until_counted(EVENTS, before + 1).await?;
        stage.proxy.quiet().await?;

        let mut load = [answers(stage, DOCUMENT).await?, answers(stage, RESOURCES).await?].concat();
        let rest: Vec<_> = load.extract_if(.., |(name, _)| name.ends_with(REST)).collect();
        assert!(load.len() <= FIRST_LOAD_REQUESTS && bytes(&load) <= FIRST_LOAD_BYTES, "{load:?} {}", bytes(&load));
        assert!(bytes(&load) > FIRST_LOAD_BYTES / 2, "nothing came from a cache: {load:?}");
        assert!(rest.len() == 1 && bytes(&rest) <= REST_BYTES, "{rest:?}");

        for (page, path) in [("Account", "/account"), ("Sessions", "/sessions"), ("Dashboard", "/dashboard")] {
            stage.browser.run("performance.clearResourceTimings()").await?;
            stage.browser.click(Role::Link, page).await?;
            stage.browser.arrive(path).await?;
            stage.proxy.quiet().await?;
            let mut answers = answers(stage, RESOURCES).await?;
            // What a page shows is its own.
            answers.retain(|(name, _)| !name.ends_with("/sessions"));
            assert!(answers.len() <= NAVIGATION_REQUESTS && bytes(&answers) <= NAVIGATION_BYTES, "{page}: {answers:?}");
        }
        Ok(())
    });
}

#[test]
fn no_page_has_to_wait_for_the_rest_of_the_app_after_it_has_started() {
    story(async |stage| {
        let link = stage.invite().await?;
        for address in ["/", "/auth", "/dashboard", &link] {
            assert_rest_not_awaited(stage, address).await?;
        }
        stage.sign_in().await?;
        for page in ["/", "/dashboard", "/account", "/sessions"] {
            assert_rest_not_awaited(stage, page).await?;
        }
        Ok(())
    });
}

/// Asserts that the rest is fetched while the page is idle, or before it starts. A function that needs it at once would block the
/// page with an XMLHttpRequest.
async fn assert_rest_not_awaited(stage: &Stage, address: &str) -> anyhow::Result<()> {
    let requests = format!(
        "return performance.getEntriesByType('resource').filter((entry) => entry.name.endsWith('{REST}')).map((entry) => entry.initiatorType)"
    );
    stage.browser.open_blank_page().await?;
    stage.browser.visit(address).await?;
    stage.proxy.quiet().await?;
    assert_eq!(stage.browser.run(&requests).await?, serde_json::json!(["fetch"]), "{address}; see FIRST_LOAD_BYTES");
    Ok(())
}
