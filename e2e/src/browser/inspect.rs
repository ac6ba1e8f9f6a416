//! Reads the page: what it shows, its accessibility tree, cookies, console and timings; and waits for it to change.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::json;

use super::{Browser, Role};
use crate::{
    program::path_from_env,
    snapshot::Snapshot,
    wait::{TIMEOUT, eventually, eventually_within},
};

/// A line of the browser's console.
#[derive(Debug, Deserialize)]
struct ConsoleLine {
    level: String,
    source: String,
    message: String,
}

impl Browser {
    /// The accessible name of the focused element.
    ///
    /// # Errors
    /// The browser does not answer.
    pub async fn focused(&self) -> Result<String> {
        let element = self.driver.client.active_element().await?;
        self.driver.accessible_name(&element).await
    }

    /// The violations that axe-core finds in the current page: the rule and the element of each.
    ///
    /// # Errors
    /// axe-core cannot be run.
    pub async fn axe_violations(&self) -> Result<Vec<String>> {
        let axe = path_from_env("AXE")?;
        let axe = std::fs::read_to_string(&axe).with_context(|| axe.display().to_string())?;
        self.run(&axe).await?;
        let script = "
            const done = arguments[0];
            const name = (violation) => violation.nodes.map((node) => `${violation.id}: ${node.html}`);
            // Elements that are still fading in lack contrast, so finite animations must end first.
            const lasting = ({ effect }) => effect.getComputedTiming().endTime === Infinity;
            const ends = document.getAnimations().filter((one) => !lasting(one)).map((one) => one.finished);
            Promise.allSettled(ends).then(() => axe.run()).then(({ violations }) => done(violations.flatMap(name)), (error) => done([String(error)]));";
        Ok(serde_json::from_value(self.driver.client.execute_async(script, Vec::new()).await?)?)
    }

    /// The controls, images and landmarks in the accessibility tree that lack an accessible name: role and node of each.
    ///
    /// # Errors
    /// The browser does not answer.
    pub async fn unnamed_elements(&self) -> Result<Vec<String>> {
        const NAMED: [&str; 9] =
            ["link", "button", "textbox", "checkbox", "image", "heading", "alertdialog", "navigation", "region"];
        let tree = self.driver.devtools("Accessibility.getFullAXTree", json!({})).await?;
        let nodes = tree["nodes"].as_array().context("no accessibility tree")?;
        let role = |node: &serde_json::Value| node["role"]["value"].as_str().unwrap_or_default().to_owned();
        let shown = nodes.iter().filter(|node| node["ignored"] == false && NAMED.contains(&role(node).as_str()));
        let nameless = shown.filter(|node| node["name"]["value"].as_str().unwrap_or_default().trim().is_empty());
        Ok(nameless.map(|node| format!("{}: {node}", role(node))).collect())
    }

    /// The value of a field.
    ///
    /// # Errors
    /// There is not exactly one such field.
    pub async fn value_of(&self, field: &str) -> Result<String> {
        let value = self.find(Role::Field, field).await?.prop("value").await?;
        value.with_context(|| format!("the field {field:?} has no value"))
    }

    /// What the page shows now.
    ///
    /// # Errors
    /// The browser does not answer.
    pub async fn now(&self) -> Result<Snapshot> {
        Ok(serde_json::from_value(self.run("return recorder.look()").await?)?)
    }

    /// Every distinct state of the page since the document was loaded or restored, in order.
    ///
    /// # Errors
    /// The browser does not answer.
    pub async fn snapshots(&self) -> Result<Vec<Snapshot>> {
        Ok(serde_json::from_value(self.run("return recorder.snapshots").await?)?)
    }

    /// Every toast since the document was loaded. A toast that changed its text or was shown again is listed again.
    ///
    /// # Errors
    /// The browser does not answer.
    pub async fn toasts(&self) -> Result<Vec<String>> {
        let mut toasts = Vec::new();
        let mut before = Vec::new();
        for snapshot in self.snapshots().await? {
            let new = snapshot.toasts.iter().filter(|toast| !before.contains(*toast));
            toasts.extend(new.cloned());
            before = snapshot.toasts;
        }
        Ok(toasts)
    }

    /// Waits until the page meets a condition.
    ///
    /// # Errors
    /// The wait times out; the error holds the last snapshot.
    pub async fn until(&self, what: &str, wanted: impl Fn(&Snapshot) -> bool) -> Result<Snapshot> {
        eventually(what, async || self.now().await, wanted).await
    }

    /// Waits until the page meets a condition, with a longer limit for what takes as long as a short session.
    ///
    /// # Errors
    /// The wait times out; the error holds the last snapshot.
    pub async fn until_late(&self, what: &str, wanted: impl Fn(&Snapshot) -> bool) -> Result<Snapshot> {
        eventually_within(4 * TIMEOUT, what, async || self.now().await, wanted).await
    }

    /// Waits until the page at an address has a heading. The address may include the query.
    ///
    /// # Errors
    /// The wait times out; the error holds the last snapshot.
    pub async fn arrive(&self, address: &str) -> Result<Snapshot> {
        let there = |now: &Snapshot| [now.url.as_str(), now.path()].contains(&address) && !now.heading.is_empty();
        self.until(address, there).await
    }

    /// Waits until a toast is shown.
    ///
    /// # Errors
    /// The wait times out; the error holds the last snapshot.
    pub async fn until_toast(&self) -> Result<Snapshot> {
        self.until("a toast", |now| !now.toasts.is_empty()).await
    }

    /// The time that the page's main thread has been busy since the document was loaded, in milliseconds.
    ///
    /// # Errors
    /// The browser does not answer.
    pub async fn busy_ms(&self) -> Result<f64> {
        let metrics = self.driver.devtools("Performance.getMetrics", json!({})).await?;
        let metrics = metrics["metrics"].as_array().context("no metrics")?;
        let task = metrics.iter().find(|metric| metric["name"] == "TaskDuration");
        let seconds = task.and_then(|metric| metric["value"].as_f64()).context("no TaskDuration")?;
        Ok(seconds * 1e3)
    }

    /// The session cookie, `name=value`, if the browser has one.
    ///
    /// # Errors
    /// The browser does not answer.
    pub async fn cookie(&self) -> Result<Option<String>> {
        let mut cookies = self.driver.client.get_all_cookies().await?;
        // The device cookie only records an earlier sign-in; it is no credential.
        cookies.retain(|cookie| !cookie.name().ends_with("latchkey-device"));
        let mut named = cookies.iter().map(|cookie| format!("{}={}", cookie.name(), cookie.value()));
        ensure!(cookies.len() < 2, "at most one cookie, not {cookies:?}");
        Ok(named.next())
    }

    /// Whether the session cookie is persistent, so that it outlives the browser.
    ///
    /// # Errors
    /// There is no session cookie.
    pub async fn cookie_lasts(&self) -> Result<bool> {
        let cookies = self.driver.client.get_all_cookies().await?;
        let cookie = cookies.iter().find(|cookie| cookie.name().ends_with("session")).context("no cookie")?;
        Ok(cookie.expires_datetime().is_some())
    }

    /// The errors in the console since the last call: script errors and violations of the content security policy. Failed
    /// requests are left out: Chromium logs every answer that is an error, and stories provoke them.
    ///
    /// # Errors
    /// The browser does not answer.
    pub async fn console_errors(&self) -> Result<Vec<String>> {
        if let Some(relay) = &self.relay {
            return Ok(relay.take_errors());
        }
        let lines: Vec<ConsoleLine> = serde_json::from_value(self.driver.console().await?)?;
        let console_errors = lines.into_iter().filter(|line| line.level == "SEVERE" && line.source != "network");
        Ok(console_errors.map(|line| format!("{}: {}", line.source, line.message)).collect())
    }

    pub(crate) async fn screenshot(&self, file: &Path) -> Result<()> {
        Ok(std::fs::write(file, self.driver.screenshot().await?)?)
    }
}
