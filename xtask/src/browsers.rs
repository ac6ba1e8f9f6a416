//! `cargo xtask test browsers`: the main stories in Firefox and in WebKitGTK.

use crate::{shell, system, test, tools};
use anyhow::Result;
use std::process::Command;

/// The stories that run in Firefox and in WebKitGTK: those of the main promises. The others need Chromium's DevTools, which take the
/// network or the time away from a page, or test what does not depend on the browser.
const MAIN_STORIES: &[&str] = &[
    "sign_in::",
    "sign_out::",
    "route_changes::",
    "tabs::",
    "devices::",
    "reauth::",
    "first_load::",
    "pending_sign_out::",
    "session_end::at_its_deadline_an_idle_page_shows_the_end",
    "session_end::a_visit_after_the_deadline_explains_the_end_and_leads_back",
    "session_end::on_a_protected_page_the_end_leads_to_the_sign_in_page_and_back",
    "session_end::on_a_public_page_the_end_does_not_navigate",
    "session_end::the_end_is_shown_only_once",
    "outage::a_server_restart_signs_no_user_out",
    "outage::a_broken_connection_signs_no_user_out",
    "outage::a_log_in_during_an_outage_is_explained_and_can_be_tried_again",
    "outage::a_foreign_answer_signs_no_user_out",
    "unsaved::without_remember_me_the_cookie_ends_with_the_browser",
    "browsers::a_lock_that_another_tab_holds_for_ever_delays_a_sign_in_by_seconds",
    "kept_pages::",
];

/// The step back in this story loads the page again in WebKitGTK, whose driver answers no command after that.
const NOT_IN_WEBKIT: &str = "kept_pages::a_page_that_is_shown_again_gets_the_event_stream_back";

pub fn in_firefox() -> Result<()> {
    let mut cargo = stories("firefox")?;
    shell::run(cargo.env("FIREFOX", system::firefox()?).env("GECKODRIVER", tools::geckodriver()))
}

pub fn in_webkit() -> Result<()> {
    let mut cargo = stories("webkit")?;
    cargo.args(["--skip", NOT_IN_WEBKIT]);
    cargo.env("MINI_BROWSER", system::mini_browser()?).env("XVFB", system::x_server()?);
    shell::run(cargo.env("WEBKIT_DRIVER", system::webkit_driver()?))
}

fn stories(browser: &str) -> Result<Command> {
    let mut cargo = shell::command("cargo test --package latchkey-e2e --test stories --");
    cargo.args(MAIN_STORIES).env("LATCHKEY_E2E_BROWSER", browser);
    test::with_server(&mut cargo)?;
    Ok(cargo)
}
