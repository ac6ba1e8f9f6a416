//! What the app may cost on the network, in requests and bytes: these are the same on every machine, unlike times, which `cargo xtask
//! bench person` measures. A budget is a little above the figure measured last; lower it after an improvement.

use latchkey_e2e::{EVENTS, Role, Stage, story};
use serde_json::Value;

/// The page, its script and its module.
const FIRST_LOAD_REQUESTS: usize = 3;
const FIRST_LOAD_BYTES: u64 = 181_000;

/// The check.
const NAVIGATION_REQUESTS: usize = 1;
const NAVIGATION_BYTES: u64 = 600;

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

        let load = [answers(stage, DOCUMENT).await?, answers(stage, RESOURCES).await?].concat();
        assert!(load.len() <= FIRST_LOAD_REQUESTS && bytes(&load) <= FIRST_LOAD_BYTES, "{load:?} {}", bytes(&load));
        assert!(bytes(&load) > FIRST_LOAD_BYTES / 2, "nothing came from a cache: {load:?}");

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
