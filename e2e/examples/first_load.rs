//! Opens pages for the first time, and prints their paths and the functions that the app has run, for `cargo xtask first-load`. The app
//! is one that reports them.
#![expect(clippy::print_stdout, reason = "the command reads the results from standard output")]

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use latchkey_e2e::{Key, Stage, story};
use serde_json::Value;

/// Puts the cursor into the page's first field, if it has one.
const ENTER_FIELD: &str = "document.querySelector('main input')?.focus()";

/// Lets a part of the app be missing, clicks on nothing, stays for some seconds and leaves the page.
const STAY_AND_LEAVE: &str = "
    const [seconds, done] = arguments;
    latchkey.isWhole = () => false;
    const heading = document.querySelector('h1');
    for (const type of ['mouseover', 'mousedown', 'mouseup', 'click', 'mouseout']) {
        heading.dispatchEvent(new MouseEvent(type, { bubbles: true }));
    }
    for (const type of ['pointerdown', 'pointerup']) heading.dispatchEvent(new PointerEvent(type, { bubbles: true }));
    for (const type of ['touchstart', 'scroll', 'wheel']) heading.dispatchEvent(new Event(type, { bubbles: true }));
    const unload = document.createEvent('BeforeUnloadEvent');
    unload.initEvent('beforeunload', false, true);
    setTimeout(() => {
        window.dispatchEvent(unload);
        for (const persisted of [true, false]) window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted }));
        // Components render after this.
        setTimeout(() => done([...window.reported]));
    }, seconds * 1000);";

/// How long a page stays before the rest arrives on a slow line: it watches for sleep every second, and subscribes to events after two.
const STAY_S: &str = "4";

/// Waits until the browser has nothing to do, and adds the functions that the app has run in this document.
async fn add_reported(stage: &Stage, functions: &mut BTreeSet<u64>) -> Result<()> {
    stage.proxy.quiet().await?;
    // What a person may do before the rest of the app is there.
    for key in [Key::Tab, Key::PageDown, Key::Shift] {
        stage.browser.press(key).await?;
    }
    stage.browser.run(ENTER_FIELD).await?;
    stage.browser.type_text("typed").await?;
    let reported = stage.browser.run_async(STAY_AND_LEAVE, STAY_S).await?;
    functions.extend(reported.as_array().context("a list")?.iter().filter_map(Value::as_u64));
    Ok(())
}

fn main() {
    story(async |stage| {
        let mut functions = BTreeSet::new();
        let link = stage.invite().await?;
        for address in ["/", "/auth", "/dashboard", &link] {
            stage.browser.open_blank_page().await?;
            stage.browser.visit(address).await?;
            add_reported(stage, &mut functions).await?;
        }
        stage.sign_in().await?;
        for page in ["/", "/dashboard", "/account"] {
            stage.browser.open_blank_page().await?;
            stage.browser.visit(page).await?;
            add_reported(stage, &mut functions).await?;
        }
        ["/", "/auth", "/dashboard", "/account", "/set-password"].iter().for_each(|page| println!("{page}"));
        functions.iter().for_each(|function| println!("{function}"));
        Ok(())
    });
}
