//! The app cannot be loaded: the page reloads itself once, then shows a message and a button within seconds.

use latchkey_e2e::{CannedAnswer, NAME, Role, Snapshot, Stage, story, story_with_style_sheet};

pub(crate) const HTML: &[(&str, &str)] = &[("Content-Type", "text/html")];
const JS: &[(&str, &str)] = &[("Content-Type", "text/javascript")];
const WASM: &[(&str, &str)] = &[("Content-Type", "application/wasm")];
pub(crate) const GONE: CannedAnswer = CannedAnswer { status: 404, headers: HTML, body: "<h1>Not found</h1>" };

/// Broken answers to requests of the app's files.
const BROKEN_FILES: [(&str, CannedAnswer); 8] = [
    (".js", GONE),
    (".js", CannedAnswer { status: 200, headers: HTML, body: "<h1>Welcome to the hotel</h1>" }),
    (".js", CannedAnswer { status: 200, headers: JS, body: "this is no JavaScript" }),
    (".js", CannedAnswer { status: 200, headers: JS, body: "export default () => { throw new Error('broken') }" }),
    ("_bg.wasm", GONE),
    ("_bg.wasm", CannedAnswer { status: 500, headers: HTML, body: "<h1>Oh no</h1>" }),
    ("_bg.wasm", CannedAnswer { status: 200, headers: HTML, body: "<h1>Welcome to the hotel</h1>" }),
    ("_bg.wasm", CannedAnswer { status: 200, headers: WASM, body: "this is no WebAssembly" }),
];

/// How often a page requests a missing file.
pub(crate) const REQUESTS: usize = 7;

const FAILED: &str = "could not be loaded";
pub(crate) const SLOW: &str = "takes longer than usual";

pub(crate) fn failed(now: &Snapshot) -> bool {
    now.shows(FAILED)
}

pub(crate) fn works(now: &Snapshot) -> bool {
    !now.heading.is_empty() && !now.shows(FAILED) && !now.shows(SLOW) && !now.shows("Load again")
}

/// Opens a page with an empty cache.
pub(crate) async fn open_afresh(stage: &Stage, address: &str) -> anyhow::Result<()> {
    stage.browser.open_blank_page().await?;
    stage.browser.clear_cache().await?;
    stage.browser.open_document(address).await
}

pub(crate) async fn load_again(stage: &Stage) -> anyhow::Result<()> {
    stage.browser.click(Role::Button, "Load again").await?;
    stage.browser.until("the app", works).await?;
    Ok(())
}

/// Discards the console's errors, which the story has provoked.
pub(crate) async fn drain_console_errors(stage: &Stage) -> anyhow::Result<()> {
    stage.browser.console_errors().await.map(drop)
}

#[test]
fn a_broken_file_shows_a_message_and_a_button_after_one_reload() {
    story(async |stage| {
        for (file, canned) in BROKEN_FILES {
            let before = stage.proxy.count("GET /");
            stage.proxy.answer_instead_of_file(file, canned.clone(), usize::MAX);
            open_afresh(stage, "/").await?;
            stage.browser.until("the message", failed).await?;
            stage.proxy.quiet().await?;
            assert_eq!(stage.proxy.count("GET /") - before, 2, "reloaded once: {file} {canned:?}");
            drain_console_errors(stage).await?;
            stage.proxy.answer_files_again();
            load_again(stage).await?;
        }
        Ok(())
    });
}

#[test]
fn a_file_missing_after_a_deployment_causes_one_silent_reload() {
    story(async |stage| {
        // The script is requested once more: a failed preload is repeated by the import.
        for (file, times) in [(".js", REQUESTS + 1), ("_bg.wasm", REQUESTS)] {
            one_silent_reload(stage, "/auth", file, times).await?;
        }
        Ok(())
    });
    story_with_style_sheet(async |stage| one_silent_reload(stage, "/auth", ".css", REQUESTS).await);
}

async fn one_silent_reload(stage: &Stage, page: &str, file: &'static str, times: usize) -> anyhow::Result<()> {
    let loads = || stage.proxy.count(&format!("GET {page}"));
    let before = loads();
    stage.proxy.answer_instead_of_file(file, GONE, times);
    open_afresh(stage, page).await?;
    stage.browser.until("the app, of a second load", |now| works(now) && loads() == before + 2).await?;
    for snapshot in stage.browser.snapshots().await? {
        assert!(!failed(&snapshot), "{snapshot:?}");
    }
    drain_console_errors(stage).await?;
    stage.proxy.answer_files_again();
    Ok(())
}

#[test]
fn without_its_styles_the_app_works_and_the_page_reloads_only_once() {
    story_with_style_sheet(async |stage| {
        stage.proxy.answer_instead_of_file(".css", GONE, usize::MAX);
        stage.browser.open_document("/").await?;
        stage.browser.until("the app, of a second load", |now| works(now) && stage.proxy.count("GET /") == 2).await?;
        stage.proxy.quiet().await?;
        assert_eq!(stage.proxy.count("GET /"), 2);
        drain_console_errors(stage).await
    });
}

#[test]
fn a_delayed_file_is_reported_as_slow_and_the_app_starts_when_it_arrives() {
    story(async |stage| {
        for file in [".js", "_bg.wasm"] {
            stage.proxy.hold(file);
            open_afresh(stage, "/").await?;
            stage.browser.until("the message and a button", |now| now.shows(SLOW) && now.shows("Load again")).await?;
            stage.proxy.release(file);
            stage.browser.until("the app", works).await?;
        }
        Ok(())
    });
}

#[test]
fn a_server_unreachable_during_the_load_shows_the_pages_own_message() {
    story(async |stage| {
        stage.proxy.hold("_bg.wasm");
        stage.browser.open_document("/").await?;
        stage.proxy.cut();
        stage.browser.until("the message", failed).await?;
        drain_console_errors(stage).await?;
        stage.proxy.release("_bg.wasm");
        stage.proxy.mend();
        load_again(stage).await
    });
}

#[test]
fn a_slow_network_gives_no_false_alarm() {
    story(async |stage| {
        // 1.6 Mbit/s on a slow machine; and a network on which the load takes longer than the limit for a stalled one.
        for (times, bytes) in [(4, 200_000), (1, 20_000)] {
            stage.browser.slow_down(times, Some((bytes, 150))).await?;
            open_afresh(stage, "/").await?;
            stage.browser.until_late("the app", works).await?;
            for snapshot in stage.browser.snapshots().await? {
                assert!(!snapshot.shows(SLOW) && !failed(&snapshot), "at {bytes} bytes a second: {snapshot:?}");
            }
        }
        Ok(())
    });
}

#[test]
fn a_browser_without_web_assembly_shows_a_message_at_once_and_does_not_reload() {
    story(async |stage| {
        stage.browser.before_each_page("delete window.WebAssembly").await?;
        stage.browser.open_document("/").await?;
        stage.browser.until("the message", |now| now.shows("This browser cannot run Latchkey")).await?;
        stage.proxy.quiet().await?;
        assert_eq!(stage.proxy.count("GET /"), 1);
        Ok(())
    });
}

#[test]
fn with_start_js_blocked_there_are_a_message_and_a_button() {
    story(async |stage| {
        // Blocks inline scripts, as some extensions do.
        stage.proxy.add_to_answers("content-security-policy", "script-src 'self'");
        stage.browser.open_document("/").await?;
        stage.browser.until("the message and a button", |now| failed(now) && now.shows("Load again")).await?;
        drain_console_errors(stage).await
    });
}

#[test]
fn without_storage_the_page_reloads_only_once_too() {
    story(async |stage| {
        let refuse = "for (const name of ['localStorage', 'sessionStorage'])
            Object.defineProperty(window, name, { get() { throw new DOMException('refused', 'SecurityError'); } })";
        stage.browser.before_each_page(refuse).await?;
        stage.proxy.answer_instead_of_file(".wasm", GONE, usize::MAX);
        stage.browser.open_document("/").await?;
        stage.browser.until("the message", failed).await?;
        stage.proxy.quiet().await?;
        assert_eq!(stage.proxy.count("GET /"), 2);
        drain_console_errors(stage).await
    });
}

#[test]
fn while_a_sign_out_is_pending_no_name_shows_not_even_before_the_app_arrives() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.proxy.hold("_bg.wasm");
        open_afresh(stage, "/dashboard").await?;
        stage.browser.until("the painted name", |now| now.shows(NAME)).await?;
        stage.browser.run("localStorage.setItem('latchkey-pending-sign-out', 'some-session')").await?;
        open_afresh(stage, "/dashboard").await?;
        let painted = stage.browser.run("return document.querySelector('#initial-user').textContent").await?;
        assert_eq!(painted, "");
        for snapshot in stage.browser.snapshots().await? {
            assert!(!snapshot.shows(NAME), "{snapshot:?}");
        }
        stage.browser.run("localStorage.clear()").await?;
        Ok(())
    });
}
