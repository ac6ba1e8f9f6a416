//! Measures a user's waiting times for `cargo xtask bench person`: prints one name and number per line.
#![expect(clippy::print_stdout, reason = "the bench reads the results from standard output")]

use anyhow::{Context, Result};
use latchkey_e2e::{Device, EMAIL, EVENTS, Stage, story, story_with};
use serde_json::Value;

const ROUNDS: usize = 10;

/// Records when the user's name and the page's heading appear, at a lower cost than the stories' recorder.
const MARKS: &str = "
    window.marks = {};
    new MutationObserver(() => {
        if (!marks.name && document.body?.textContent.includes('Ada Lovelace')) marks.name = performance.now();
        if (!marks.heading && document.querySelector('h1')) marks.heading = performance.now();
    }).observe(document, { childList: true, subtree: true });";

/// Reads the timings of a loaded document. Content that arrives before the first paint counts from the paint. The rest of the app
/// is loaded when the page can be used already.
const LOADED: &str = "
    const paint = performance.getEntriesByName('first-contentful-paint')[0].startTime;
    const entries = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
    const isRest = (entry) => entry.name.endsWith('_rest.wasm');
    const first = entries.filter((entry) => !isRest(entry));
    const bytes = (entries) => entries.reduce((sum, entry) => sum + entry.transferSize, 0);
    return {
        bytes: bytes(first),
        rest_bytes: bytes(entries.filter(isRest)),
        requests: first.length,
        paint,
        name: Math.max(paint, marks.name),
        interactive: marks.heading,
    };";

/// Clicks a link, and returns the time until the frame with the new page is rendered: a message that is sent before a frame
/// arrives after it.
const NAVIGATE: &str = "
    const [name, done] = arguments;
    const link = [...document.querySelectorAll('nav a')].find((link) => link.textContent === name);
    const begin = performance.now();
    const rendered = new MessageChannel();
    rendered.port1.onmessage = () => done(performance.now() - begin);
    const observer = new MutationObserver(() => {
        if (document.querySelector('h1')?.textContent !== name) return;
        observer.disconnect();
        requestAnimationFrame(() => rendered.port2.postMessage(''));
    });
    observer.observe(document, { childList: true, characterData: true, subtree: true });
    link.click();";

/// Keeps the content of the current page for [`REPLACE_APP`].
const KEEP_PAGE: &str = "
    window.kept ??= {};
    const kept = window.kept[document.querySelector('h1').textContent] = document.createElement('template');
    kept.innerHTML = document.querySelector('main').innerHTML;";

/// Puts plain JavaScript in the app's place, which does the least that such a navigation has to do.
const REPLACE_APP: &str = "
    document.body.innerHTML = document.body.innerHTML;
    document.querySelector('nav').addEventListener('click', (event) => {
        const link = event.target.closest('a');
        event.preventDefault();
        history.pushState({}, '', link.href);
        for (const other of document.querySelectorAll('nav a')) other.toggleAttribute('aria-current', other === link);
        const name = link.textContent;
        document.querySelector('main').replaceChildren(window.kept[name].content.cloneNode(true));
        document.title = `${name} · Latchkey`;
        document.querySelector('h1').focus();
        fetch('/api/verify-session', { headers: { accept: 'application/json' } }).then((answer) => answer.json());
    });";

fn main() {
    story(revoked);
    story_with(&["--session-lifetime", "3s"], expired);
    story(async |stage| page(stage, "plain", 1, None).await);
    story(async |stage| page(stage, "slow", 4, Some((200_000, 150))).await);
}

fn print(name: &str, value: f64) {
    println!("{name} {value:.2}");
}

fn percentile(mut values: Vec<f64>, part: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "an index"
    )]
    let index = ((values.len() - 1) as f64 * part).round() as usize;
    values[index]
}

/// The time at which the toast appeared, in milliseconds since the Unix epoch.
async fn toast_ms(stage: &Stage) -> Result<f64> {
    stage.browser.until_toast().await?;
    let time = "return recorder.times[recorder.snapshots.findIndex((snapshot) => snapshot.toasts.length > 0)]";
    stage.browser.run(time).await?.as_f64().context("a time")
}

/// Measures the time from a revocation on another device to the toast.
async fn revoked(stage: &mut Stage) -> Result<()> {
    let device = Device::sign_in(&stage.server, EMAIL).await?;
    let mut waits_ms = Vec::new();
    for _ in 0..ROUNDS {
        stage.sign_in().await?;
        let before = stage.proxy.count(EVENTS);
        stage.browser.visit("/dashboard").await?;
        stage.proxy.until_counted(EVENTS, before + 1).await?;
        stage.proxy.quiet().await?;
        let begin_ms = stage.browser.run("return Date.now()").await?.as_f64().context("a time")?;
        device.end_others().await?;
        waits_ms.push(toast_ms(stage).await? - begin_ms);
    }
    print("revoked_p95_ms", percentile(waits_ms, 0.95));
    Ok(())
}

/// Measures the time from the deadline to the toast, on an idle page.
async fn expired(stage: &mut Stage) -> Result<()> {
    let mut waits_ms = Vec::new();
    for _ in 0..ROUNDS / 2 {
        stage.sign_in().await?;
        let deadline = "return Date.parse([...document.querySelectorAll('.facts time')][1].dateTime)";
        let deadline_ms = stage.browser.run(deadline).await?.as_f64().context("a time")?;
        waits_ms.push(toast_ms(stage).await? - deadline_ms);
        stage.browser.visit("/").await?;
    }
    print("expired_worst_ms", percentile(waits_ms, 1.0));
    Ok(())
}

/// Measures a cold load of a protected page, and navigations from it.
async fn page(stage: &mut Stage, kind: &str, cpu: u32, network: Option<(u32, u32)>) -> Result<()> {
    stage.sign_in().await?;
    let mut loads = Vec::new();
    for _ in 0..3 {
        stage.browser.open_plain_tab(MARKS).await?;
        stage.browser.slow_down(cpu, network).await?;
        let before = stage.proxy.count(EVENTS);
        stage.browser.open_document("/dashboard").await?;
        stage.proxy.until_counted(EVENTS, before + 1).await?;
        let busy_ms = stage.browser.busy_ms().await?;
        loads.push((stage.browser.run(LOADED).await?, busy_ms));
    }
    for name in ["bytes", "rest_bytes", "requests", "paint", "name", "interactive"] {
        let values = loads.iter().filter_map(|(load, _)| load[name].as_f64()).collect();
        print(&format!("{kind}_{name}"), percentile(values, 0.5));
    }
    print(&format!("{kind}_busy"), percentile(loads.iter().map(|(_, busy_ms)| *busy_ms).collect(), 0.5));

    let app_ms = navigation_ms(stage, KEEP_PAGE).await?;
    print(&format!("{kind}_navigation"), app_ms);
    let checks = "
        const checks = performance.getEntriesByType('resource').filter((entry) => entry.name.endsWith('/verify-session'));
        return checks.at(-1).transferSize";
    let bytes: Value = stage.browser.run(checks).await?;
    print(&format!("{kind}_navigation_bytes"), bytes.as_f64().context("bytes")?);

    stage.browser.run(REPLACE_APP).await?;
    let bare_ms = navigation_ms(stage, "").await?;
    print(&format!("{kind}_bare_navigation"), bare_ms);
    print(&format!("{kind}_navigation_ratio"), app_ms / bare_ms);
    Ok(())
}

/// The median of the times from a click on a link to the frame with the new page. Runs `then` on each of the pages.
async fn navigation_ms(stage: &Stage, then: &str) -> Result<f64> {
    let mut waits_ms = Vec::new();
    for _ in 0..ROUNDS {
        for link in ["Account", "Sessions"] {
            waits_ms.push(stage.browser.run_async(NAVIGATE, link).await?.as_f64().context("a time")?);
            stage.proxy.quiet().await?;
            stage.browser.run(then).await?;
        }
    }
    Ok(percentile(waits_ms, 0.5))
}
