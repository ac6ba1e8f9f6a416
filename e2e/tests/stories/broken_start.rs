//! The app does not arrive. Within seconds there are words and a button; the page has been loaded anew once by itself, and never
//! more than once.

use latchkey_e2e::{Moment, NAME, Role, Stage, Stranger, story};

const HTML: &[(&str, &str)] = &[("Content-Type", "text/html")];
const JS: &[(&str, &str)] = &[("Content-Type", "text/javascript")];
const WASM: &[(&str, &str)] = &[("Content-Type", "application/wasm")];
const GONE: Stranger = Stranger { status: 404, headers: HTML, body: "<h1>Not found</h1>" };

/// Everything that can come in the place of a file.
const BREAKAGES: [(&str, Stranger); 8] = [
    (".js", GONE),
    (".js", Stranger { status: 200, headers: HTML, body: "<h1>Welcome to the hotel</h1>" }),
    (".js", Stranger { status: 200, headers: JS, body: "this is no JavaScript" }),
    (".js", Stranger { status: 200, headers: JS, body: "export default () => { throw new Error('broken') }" }),
    (".wasm", GONE),
    (".wasm", Stranger { status: 500, headers: HTML, body: "<h1>Oh no</h1>" }),
    (".wasm", Stranger { status: 200, headers: HTML, body: "<h1>Welcome to the hotel</h1>" }),
    (".wasm", Stranger { status: 200, headers: WASM, body: "this is no WebAssembly" }),
];

const FAILED: &str = "could not be loaded";
const SLOW: &str = "takes longer than usual";

fn failed(now: &Moment) -> bool {
    now.says(FAILED)
}

fn works(now: &Moment) -> bool {
    !now.heading.is_empty() && !now.says(FAILED) && !now.says(SLOW) && !now.says("Load again")
}

/// Opens a page in a browser that has none of its files.
async fn open_afresh(stage: &Stage, address: &str) -> anyhow::Result<()> {
    stage.browser.leave().await?;
    stage.browser.clear_cache().await?;
    stage.browser.open_document(address).await
}

async fn load_again(stage: &Stage) -> anyhow::Result<()> {
    stage.browser.click(Role::Button, "Load again").await?;
    stage.browser.until("the app", works).await?;
    Ok(())
}

/// The console told of what went wrong on purpose.
async fn forgive(stage: &Stage) -> anyhow::Result<()> {
    stage.browser.mistakes().await.map(drop)
}

#[test]
fn whatever_comes_in_the_place_of_a_file_there_are_words_and_a_button_after_one_more_try() {
    story(async |stage| {
        for (file, stranger) in BREAKAGES {
            let before = stage.gate.count("GET /");
            stage.gate.answer_instead_of_file(file, stranger.clone(), usize::MAX);
            open_afresh(stage, "/").await?;
            stage.browser.until("words", failed).await?;
            stage.gate.quiet().await?;
            assert_eq!(stage.gate.count("GET /") - before, 2, "once by itself: {file} {stranger:?}");
            forgive(stage).await?;
            stage.gate.answer_files_again();
            load_again(stage).await?;
        }
        Ok(())
    });
}

#[test]
fn a_file_that_is_gone_after_a_deployment_is_made_up_for_without_a_word() {
    story(async |stage| {
        // A preload that failed is not the last try.
        for (file, times) in [(".js", 2), (".wasm", 1), (".css", 1)] {
            let before = stage.gate.count("GET /auth");
            stage.gate.answer_instead_of_file(file, GONE, times);
            open_afresh(stage, "/auth").await?;
            stage
                .browser
                .until("the app, of a second load", |now| works(now) && stage.gate.count("GET /auth") == before + 2)
                .await?;
            for moment in stage.browser.moments().await? {
                assert!(!failed(&moment), "{moment:?}");
            }
            forgive(stage).await?;
            stage.gate.answer_files_again();
        }
        Ok(())
    });
}

#[test]
fn without_its_styles_the_app_works_and_the_page_is_not_loaded_for_ever() {
    story(async |stage| {
        stage.gate.answer_instead_of_file(".css", GONE, usize::MAX);
        stage.browser.open_document("/").await?;
        stage.browser.until("the app, of a second load", |now| works(now) && stage.gate.count("GET /") == 2).await?;
        stage.gate.quiet().await?;
        assert_eq!(stage.gate.count("GET /"), 2);
        forgive(stage).await
    });
}

#[test]
fn a_file_that_does_not_come_is_said_to_be_slow_and_the_app_starts_when_it_comes() {
    story(async |stage| {
        for file in [".js", ".wasm"] {
            stage.gate.hold(file);
            open_afresh(stage, "/").await?;
            stage.browser.until("words and a button", |now| now.says(SLOW) && now.says("Load again")).await?;
            stage.gate.release(file);
            stage.browser.until("the app", works).await?;
        }
        Ok(())
    });
}

#[test]
fn a_server_that_is_gone_before_the_app_has_come_is_said_in_the_pages_own_words() {
    story(async |stage| {
        stage.gate.hold(".wasm");
        stage.browser.open_document("/").await?;
        stage.gate.cut();
        stage.browser.until("words", failed).await?;
        forgive(stage).await?;
        stage.gate.release(".wasm");
        stage.gate.mend();
        load_again(stage).await
    });
}

#[test]
fn a_slow_network_gives_no_false_alarm() {
    story(async |stage| {
        // 1.6 Mbit/s on a slow machine; and so slow that all of it takes longer than nothing may come in.
        for (times, bytes) in [(4, 200_000), (1, 20_000)] {
            stage.browser.slow_down(times, Some((bytes, 150))).await?;
            open_afresh(stage, "/").await?;
            stage.browser.until_late("the app", works).await?;
            for moment in stage.browser.moments().await? {
                assert!(!moment.says(SLOW) && !failed(&moment), "at {bytes} bytes a second: {moment:?}");
            }
        }
        Ok(())
    });
}

#[test]
fn a_browser_without_web_assembly_is_told_so_at_once_and_nothing_is_loaded_again() {
    story(async |stage| {
        stage.browser.before_each_page("delete window.WebAssembly").await?;
        stage.browser.open_document("/").await?;
        stage.browser.until("words", |now| now.says("This browser cannot run Latchkey")).await?;
        stage.gate.quiet().await?;
        assert_eq!(stage.gate.count("GET /"), 1);
        Ok(())
    });
}

#[test]
fn where_even_the_watch_of_the_page_is_held_back_there_are_words_and_a_button() {
    story(async |stage| {
        // As an extension does that lets no inline script run.
        stage.gate.add_to_answers("content-security-policy", "script-src 'self'");
        stage.browser.open_document("/").await?;
        stage.browser.until("words and a button", |now| failed(now) && now.says("Load again")).await?;
        forgive(stage).await
    });
}

#[test]
fn where_storage_is_refused_the_page_is_loaded_again_only_once_too() {
    story(async |stage| {
        let refuse = "for (const name of ['localStorage', 'sessionStorage'])
            Object.defineProperty(window, name, { get() { throw new DOMException('refused', 'SecurityError'); } })";
        stage.browser.before_each_page(refuse).await?;
        stage.gate.answer_instead_of_file(".wasm", GONE, usize::MAX);
        stage.browser.open_document("/").await?;
        stage.browser.until("words", failed).await?;
        stage.gate.quiet().await?;
        assert_eq!(stage.gate.count("GET /"), 2);
        forgive(stage).await
    });
}

#[test]
fn while_a_sign_out_is_pending_no_name_shows_not_even_before_the_app_arrives() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.gate.hold(".wasm");
        open_afresh(stage, "/dashboard").await?;
        stage.browser.until("the painted name", |now| now.says(NAME)).await?;
        stage.browser.run("localStorage.setItem('latchkey-pending-sign-out', 'some-session')").await?;
        open_afresh(stage, "/dashboard").await?;
        let painted = stage.browser.run("return document.querySelector('#initial-user').textContent").await?;
        assert_eq!(painted, "");
        for moment in stage.browser.moments().await? {
            assert!(!moment.says(NAME), "{moment:?}");
        }
        stage.browser.run("localStorage.clear()").await?;
        Ok(())
    });
}
