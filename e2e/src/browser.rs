//! The browser, as a person uses it: going to addresses, following links by their names, typing, looking.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use fantoccini::{
    Locator,
    actions::{InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction},
    elements::Element,
    key::Key,
    wd::WindowHandle,
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    driver::Driver,
    moment::Moment,
    program::named_in,
    wait::{PATIENCE, eventually, eventually_within},
};

const WITNESS: &str = include_str!("witness.js");

/// What an element is to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Leads somewhere.
    Link,
    /// Does something.
    Button,
    /// Can be typed into.
    Field,
}

/// A tab of a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab(WindowHandle);

/// A line of the browser's console.
#[derive(Debug, Deserialize)]
struct ConsoleLine {
    level: String,
    source: String,
    message: String,
}

/// A browser with a fresh profile, on one site.
#[derive(Debug)]
pub struct Browser {
    driver: Driver,
    site: String,
}

impl Browser {
    pub(crate) async fn open(site: String) -> Result<Self> {
        let browser = Self { driver: Driver::start().await?, site };
        browser.prepare_tab().await?;
        Ok(browser)
    }

    async fn prepare_tab(&self) -> Result<()> {
        let script = json!({ "source": WITNESS });
        self.driver.devtools("Page.addScriptToEvaluateOnNewDocument", script).await?;
        self.resize(1280, 800).await
    }

    /// The tab that is looked at.
    ///
    /// # Errors
    /// The browser does not answer.
    pub async fn tab(&self) -> Result<Tab> {
        Ok(Tab(self.driver.client.window().await?))
    }

    /// Opens a further tab, and looks at it.
    ///
    /// # Errors
    /// The browser does not obey.
    pub async fn open_tab(&self) -> Result<Tab> {
        let tab = Tab(self.driver.client.new_window(true).await?.handle);
        self.look_at(&tab).await?;
        self.prepare_tab().await?;
        Ok(tab)
    }

    /// Looks at another tab, which comes to the front.
    ///
    /// # Errors
    /// The browser does not obey.
    pub async fn look_at(&self, Tab(handle): &Tab) -> Result<()> {
        self.driver.client.switch_to_window(handle.clone()).await?;
        self.driver.devtools("Page.bringToFront", json!({})).await?;
        Ok(())
    }

    /// Has the machine sleep, or wake: nothing in the page runs meanwhile.
    ///
    /// # Errors
    /// The browser does not obey.
    pub async fn set_asleep(&self, asleep: bool) -> Result<()> {
        let state = if asleep { "frozen" } else { "active" };
        self.driver.devtools("Page.setWebLifecycleState", json!({ "state": state })).await?;
        Ok(())
    }

    /// Shows the page in light colours or in dark ones.
    ///
    /// # Errors
    /// The browser does not obey.
    pub async fn set_theme(&self, theme: &str) -> Result<()> {
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": theme }] });
        self.driver.devtools("Emulation.setEmulatedMedia", features).await?;
        Ok(())
    }

    /// Presses a key wherever the focus is.
    ///
    /// # Errors
    /// The browser does not obey.
    pub async fn press(&self, key: Key) -> Result<()> {
        let value = char::from(key);
        let keys = KeyActions::new("keyboard".into()).then(KeyAction::Down { value }).then(KeyAction::Up { value });
        Ok(self.driver.client.perform_actions(keys).await?)
    }

    /// Types wherever the focus is.
    ///
    /// # Errors
    /// The browser does not obey.
    pub async fn type_text(&self, text: &str) -> Result<()> {
        let down_and_up = |value| [KeyAction::Down { value }, KeyAction::Up { value }];
        let keys = text.chars().flat_map(down_and_up).fold(KeyActions::new("keyboard".into()), KeyActions::then);
        Ok(self.driver.client.perform_actions(keys).await?)
    }

    /// The name of what has the focus, as a screen reader says it.
    ///
    /// # Errors
    /// The browser does not answer.
    pub async fn focused(&self) -> Result<String> {
        let element = self.driver.client.active_element().await?;
        self.driver.accessible_name(&element).await
    }

    /// What axe-core finds wrong with the page that is on the screen: the rule and the element, for each.
    ///
    /// # Errors
    /// It cannot be run.
    pub async fn barriers(&self) -> Result<Vec<String>> {
        let axe = named_in("AXE")?;
        let axe = std::fs::read_to_string(&axe).with_context(|| axe.display().to_string())?;
        self.run(&axe).await?;
        let script = "
            const done = arguments[0];
            const name = (violation) => violation.nodes.map((node) => `${violation.id}: ${node.html}`);
            // What is still fading in has no contrast yet.
            const lasting = ({ effect }) => effect.getComputedTiming().endTime === Infinity;
            const ends = document.getAnimations().filter((one) => !lasting(one)).map((one) => one.finished);
            Promise.allSettled(ends).then(() => axe.run()).then(({ violations }) => done(violations.flatMap(name)), (error) => done([String(error)]));";
        Ok(serde_json::from_value(self.driver.client.execute_async(script, Vec::new()).await?)?)
    }

    pub(crate) async fn close(self) -> Result<()> {
        self.driver.stop().await
    }

    /// Types an address of the site into the address bar, and waits until the app shows something.
    ///
    /// # Errors
    /// It shows nothing.
    pub async fn visit(&self, address: &str) -> Result<Moment> {
        self.driver.client.goto(&format!("{}{address}", self.site)).await?;
        self.until("a page with a heading", |now| !now.heading.is_empty()).await
    }

    /// Loads the document anew, and waits until the app shows something.
    ///
    /// # Errors
    /// It shows nothing.
    pub async fn reload(&self) -> Result<Moment> {
        self.driver.client.refresh().await?;
        self.until("a page with a heading", |now| !now.heading.is_empty()).await
    }

    /// Goes to an empty page, on which nothing of the app runs.
    ///
    /// # Errors
    /// The browser does not obey.
    pub async fn leave(&self) -> Result<()> {
        Ok(self.driver.client.goto("about:blank").await?)
    }

    /// Presses Back.
    ///
    /// # Errors
    /// The browser does not obey.
    pub async fn back(&self) -> Result<()> {
        Ok(self.driver.client.back().await?)
    }

    /// Clicks on what has a role and a name.
    ///
    /// # Errors
    /// It is not there, or something is in the way.
    pub async fn click(&self, role: Role, name: &str) -> Result<()> {
        let element = self.find(role, name).await?;
        element.click().await.with_context(|| format!("{role:?} {name:?} cannot be clicked"))
    }

    /// Clicks twice on it, as fast as a hand can.
    ///
    /// # Errors
    /// It is not there, or something is in the way.
    pub async fn double_click(&self, role: Role, name: &str) -> Result<()> {
        let element = self.find(role, name).await?;
        let button = MOUSE_BUTTON_LEFT;
        let (x, y) = (0.0, 0.0);
        let to_element = PointerAction::MoveToElement { element, duration: None, x, y };
        let mut mouse = MouseActions::new("mouse".into()).then(to_element);
        for _ in 0..2 {
            mouse = mouse.then(PointerAction::Down { button }).then(PointerAction::Up { button });
        }
        Ok(self.driver.client.perform_actions(mouse).await?)
    }

    /// Types into a field, after what is in it.
    ///
    /// # Errors
    /// It is not there.
    pub async fn fill(&self, field: &str, text: &str) -> Result<()> {
        Ok(self.find(Role::Field, field).await?.send_keys(text).await?)
    }

    /// What a field holds.
    ///
    /// # Errors
    /// It is not there.
    pub async fn value_of(&self, field: &str) -> Result<String> {
        let value = self.find(Role::Field, field).await?.prop("value").await?;
        value.with_context(|| format!("the field {field:?} has no value"))
    }

    async fn find(&self, role: Role, name: &str) -> Result<Element> {
        let css = match role {
            Role::Link => "a[href]",
            Role::Button => "button",
            Role::Field => "input",
        };
        let look = async || {
            let mut found = Vec::new();
            for element in self.driver.client.find_all(Locator::Css(css)).await? {
                if element.is_displayed().await? {
                    found.push((self.driver.accessible_name(&element).await?, element));
                }
            }
            Ok(Named(found))
        };
        let what = format!("one {role:?} named {name:?}");
        let Named(found) =
            eventually(&what, look, |Named(found)| found.iter().filter(|(found, _)| found == name).count() == 1)
                .await?;
        let mut found = found.into_iter().filter(|(found, _)| found == name);
        Ok(found.next().context(what)?.1)
    }

    /// What a person sees now.
    ///
    /// # Errors
    /// The browser does not answer.
    pub async fn now(&self) -> Result<Moment> {
        Ok(serde_json::from_value(self.run("return witness.look()").await?)?)
    }

    /// Every moment since the document was loaded in which the page looked different.
    ///
    /// # Errors
    /// The browser does not answer.
    pub async fn moments(&self) -> Result<Vec<Moment>> {
        Ok(serde_json::from_value(self.run("return witness.moments").await?)?)
    }

    /// Every toast since the document was loaded. One that changed its words, or came again, is there again.
    ///
    /// # Errors
    /// The browser does not answer.
    pub async fn toasts(&self) -> Result<Vec<String>> {
        let mut toasts = Vec::new();
        let mut before = Vec::new();
        for moment in self.moments().await? {
            let new = moment.toasts.iter().filter(|toast| !before.contains(*toast));
            toasts.extend(new.cloned());
            before = moment.toasts;
        }
        Ok(toasts)
    }

    /// Waits until a person sees what is wanted.
    ///
    /// # Errors
    /// They never do; with what they saw last.
    pub async fn until(&self, what: &str, wanted: impl Fn(&Moment) -> bool) -> Result<Moment> {
        eventually(what, async || self.now().await, wanted).await
    }

    /// Waits until a person sees what is wanted, which may take as long as a short session.
    ///
    /// # Errors
    /// They never do; with what they saw last.
    pub async fn until_late(&self, what: &str, wanted: impl Fn(&Moment) -> bool) -> Result<Moment> {
        eventually_within(4 * PATIENCE, what, async || self.now().await, wanted).await
    }

    /// Waits until the page at an address, with its query or without, shows something.
    ///
    /// # Errors
    /// It never does; with what they saw last.
    pub async fn arrive(&self, address: &str) -> Result<Moment> {
        let there = |now: &Moment| [now.url.as_str(), now.path()].contains(&address) && !now.heading.is_empty();
        self.until(address, there).await
    }

    /// Waits until a toast shows.
    ///
    /// # Errors
    /// None does; with what they saw last.
    pub async fn until_toast(&self) -> Result<Moment> {
        self.until("a toast", |now| !now.toasts.is_empty()).await
    }

    /// Runs a script in the page.
    ///
    /// # Errors
    /// It throws.
    pub async fn run(&self, script: &str) -> Result<Value> {
        Ok(self.driver.client.execute(script, Vec::new()).await?)
    }

    /// Runs a script in the page, with an argument, until it calls its last one.
    ///
    /// # Errors
    /// It throws, or never calls it.
    pub async fn run_async(&self, script: &str, argument: &str) -> Result<Value> {
        Ok(self.driver.client.execute_async(script, vec![argument.into()]).await?)
    }

    /// Makes the browser so many times slower than it is, and its network as slow as a download of so many bytes a second with
    /// so many milliseconds of latency.
    ///
    /// # Errors
    /// The browser does not obey.
    pub async fn slow_down(&self, times: u32, network: Option<(u32, u32)>) -> Result<()> {
        self.driver.devtools("Emulation.setCPUThrottlingRate", json!({ "rate": times })).await?;
        if let Some((bytes, latency_ms)) = network {
            let network = json!({
                "offline": false, "latency": latency_ms, "downloadThroughput": bytes, "uploadThroughput": bytes
            });
            self.driver.devtools("Network.enable", json!({})).await?;
            self.driver.devtools("Network.emulateNetworkConditions", network).await?;
        }
        Ok(())
    }

    /// Opens a further tab without a witness, for measurements; a script runs before each page's own. The browser's cache is
    /// empty, and the tab before shows nothing any more.
    ///
    /// # Errors
    /// The browser does not obey.
    pub async fn open_plain_tab(&self, script: &str) -> Result<()> {
        self.leave().await?;
        let tab = Tab(self.driver.client.new_window(true).await?.handle);
        self.look_at(&tab).await?;
        self.driver.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await?;
        self.resize(1280, 800).await?;
        self.driver.devtools("Network.clearBrowserCache", json!({})).await?;
        self.driver.devtools("Performance.enable", json!({})).await?;
        Ok(())
    }

    /// Types an address of the site into the address bar, and waits for nothing but the document.
    ///
    /// # Errors
    /// It does not come.
    pub async fn open_document(&self, address: &str) -> Result<()> {
        Ok(self.driver.client.goto(&format!("{}{address}", self.site)).await?)
    }

    /// How long the page's main thread has worked since the document was loaded, in milliseconds.
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

    /// Gives the page this much room, in CSS pixels.
    ///
    /// # Errors
    /// The browser does not obey.
    pub async fn resize(&self, width: u32, height: u32) -> Result<()> {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.driver.devtools("Emulation.setDeviceMetricsOverride", size).await?;
        Ok(())
    }

    /// Tells the browser that the machine has lost the network, or that it has it back.
    ///
    /// # Errors
    /// The browser does not obey.
    pub async fn set_offline(&self, offline: bool) -> Result<()> {
        let network = json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        self.driver.devtools("Network.enable", json!({})).await?;
        self.driver.devtools("Network.emulateNetworkConditions", network).await?;
        Ok(())
    }

    /// The session cookie, `name=value`, if the browser has one.
    ///
    /// # Errors
    /// The browser does not answer.
    pub async fn cookie(&self) -> Result<Option<String>> {
        let cookies = self.driver.client.get_all_cookies().await?;
        let mut named = cookies.iter().map(|cookie| format!("{}={}", cookie.name(), cookie.value()));
        ensure!(cookies.len() < 2, "one cookie at the most, not {cookies:?}");
        Ok(named.next())
    }

    /// Has the browser hold another session cookie, `name=value`, as if another tab had got it.
    ///
    /// # Errors
    /// The browser does not obey.
    pub async fn set_cookie(&self, cookie: &str) -> Result<()> {
        let (name, value) = cookie.split_once('=').context("no cookie")?;
        let cookie = json!({ "name": name, "value": value, "url": self.site, "httpOnly": true });
        self.driver.devtools("Network.setCookie", cookie).await?;
        Ok(())
    }

    /// What went wrong in the page by its console: errors of scripts, violations of the content security policy. That an
    /// answer was not a 200 is no mistake of the page, though Chromium writes it there too.
    ///
    /// # Errors
    /// The browser does not answer.
    pub async fn mistakes(&self) -> Result<Vec<String>> {
        let lines: Vec<ConsoleLine> = serde_json::from_value(self.driver.console().await?)?;
        let mistakes = lines.into_iter().filter(|line| line.level == "SEVERE" && line.source != "network");
        Ok(mistakes.map(|line| format!("{}: {}", line.source, line.message)).collect())
    }

    pub(crate) async fn screenshot(&self, file: &Path) -> Result<()> {
        Ok(std::fs::write(file, self.driver.client.screenshot().await?)?)
    }
}

/// Elements and their names; a story that misses one shows only the names.
struct Named(Vec<(String, Element)>);

impl std::fmt::Debug for Named {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}
