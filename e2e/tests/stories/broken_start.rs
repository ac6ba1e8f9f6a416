//! The app cannot be loaded: the page reloads itself once, then shows a message and a button within seconds.

use latchkey_e2e::{
    CannedAnswer, EMAIL, Key, NAME, PASSWORD, Role, Snapshot, Stage, eventually, story, story_with_style_sheet,
};

const HTML: &[(&str, &str)] = &[("Content-Type", "text/html")];
const JS: &[(&str, &str)] = &[("Content-Type", "text/javascript")];
const WASM: &[(&str, &str)] = &[("Content-Type", "application/wasm")];
const GONE: CannedAnswer = CannedAnswer { status: 404, headers: HTML, body: "<h1>Not found</h1>" };

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
const REQUESTS: usize = 7;

const FAILED: &str = "could not be loaded";
const SLOW: &str = "takes longer than usual";

fn failed(now: &Snapshot) -> bool {
    now.shows(FAILED)
}

fn works(now: &Snapshot) -> bool {
    !now.heading.is_empty() && !now.shows(FAILED) && !now.shows(SLOW) && !now.shows("Load again")
}

/// Opens a page with an empty cache.
async fn open_afresh(stage: &Stage, address: &str) -> anyhow::Result<()> {
    stage.browser.open_blank_page().await?;
    stage.browser.clear_cache().await?;
    stage.browser.open_document(address).await
}

async fn load_again(stage: &Stage) -> anyhow::Result<()> {
    stage.browser.click(Role::Button, "Load again").await?;
    stage.browser.until("the app", works).await?;
    Ok(())
}

/// Discards the console's errors, which the story has provoked.
async fn drain_console_errors(stage: &Stage) -> anyhow::Result<()> {
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

#[test]
fn a_rest_of_the_app_that_arrives_late_is_not_noticed() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.proxy.answer_instead_of_file("_rest.wasm", GONE, REQUESTS - 1);
        open_afresh(stage, "/dashboard").await?;
        stage.browser.until("the app", works).await?;
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
        stage.proxy.answer_instead_of_file("_rest.wasm", GONE, usize::MAX);
        open_afresh(stage, "/dashboard").await?;
        stage.browser.until("the app", works).await?;
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
        stage.proxy.hold("_rest.wasm");
        open_afresh(stage, "/auth").await?;
        stage.browser.until("the app", works).await?;
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
fn an_outage_before_the_rest_of_the_app_has_arrived_loses_nothing() {
    story(async |stage| {
        stage.proxy.hold("_rest.wasm");
        open_afresh(stage, "/auth").await?;
        stage.browser.until("the app", works).await?;
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
        stage.proxy.hold("_rest.wasm");
        open_afresh(stage, "/dashboard").await?;
        stage.browser.until("the app", works).await?;
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
        stage.proxy.answer_instead_of_file("_rest.wasm", GONE, usize::MAX);
        open_afresh(stage, "/account").await?;
        stage.browser.until("the app", works).await?;
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
        stage.proxy.hold("_rest.wasm");
        open_afresh(stage, "/account").await?;
        stage.browser.until("the app", works).await?;
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
        stage.proxy.hold("_rest.wasm");
        open_afresh(stage, "/dashboard").await?;
        stage.browser.until("the app", works).await?;
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
