//! User input in the browser: visiting addresses, clicking elements by their accessible names, typing. `inspect` reads the
//! page, `conditions` controls tabs, network and preferences.

mod conditions;
mod inspect;

use std::net::SocketAddr;

use anyhow::{Context, Result};
use fantoccini::{
    Locator,
    actions::{InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction},
    elements::Element,
    key::Key,
};
use serde_json::Value;

use crate::{driver::Driver, relay::Relay, snapshot::Snapshot, wait::eventually};

pub use conditions::Tab;

const RECORDER: &str = include_str!("recorder.js");

/// The kind of an element, to find it together with its accessible name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A link.
    Link,
    /// A button.
    Button,
    /// An input or a text area.
    Field,
}

/// A browser with a fresh profile. Addresses are relative to one site.
#[derive(Debug)]
pub struct Browser {
    driver: Driver,
    /// Does what the driver of this browser cannot; `None` in Chromium.
    relay: Option<Relay>,
    site: String,
}

impl Browser {
    pub(crate) async fn open(site: SocketAddr) -> Result<Self> {
        let driver = Driver::start().await?;
        let relay = if driver.has_devtools() { None } else { Some(Relay::start(site).await?) };
        let site = format!("http://{}", relay.as_ref().map_or(site, Relay::address));
        let browser = Self { driver, relay, site };
        if let Some(relay) = &browser.relay {
            relay.add_script(RECORDER);
        }
        browser.prepare_tab(RECORDER).await?;
        Ok(browser)
    }

    /// Sets the current tab's size, and a script that runs before the scripts of each page; a relay has it for all tabs.
    async fn prepare_tab(&self, script: &str) -> Result<()> {
        if self.relay.is_none() {
            self.before_each_page(script).await?;
        }
        self.resize(1280, 800).await
    }

    /// Lets all further addresses have the host `latchkey.test` in place of the loopback address, so that plain http is no secure context.
    pub fn leave_secure_context(&mut self) {
        self.site = self.site.replace("127.0.0.1", "latchkey.test");
    }

    pub(crate) async fn close(self) -> Result<()> {
        self.driver.stop().await
    }

    /// Loads an address of the site, and waits until the page has a heading and all of the app has arrived.
    ///
    /// # Errors
    /// No heading appears, or a part of the app does not arrive.
    pub async fn visit(&self, address: &str) -> Result<Snapshot> {
        self.open_document(address).await?;
        self.whole_page().await
    }

    /// Loads an address of the site, and waits only for the document.
    ///
    /// # Errors
    /// The document cannot be loaded.
    pub async fn open_document(&self, address: &str) -> Result<()> {
        Ok(self.driver.client.goto(&format!("{}{address}", self.site)).await?)
    }

    /// Reloads the document, and waits until the page has a heading and all of the app has arrived.
    ///
    /// # Errors
    /// No heading appears, or a part of the app does not arrive.
    pub async fn reload(&self) -> Result<Snapshot> {
        self.driver.client.refresh().await?;
        self.whole_page().await
    }

    async fn whole_page(&self) -> Result<Snapshot> {
        self.until("a page with a heading", |now| !now.heading.is_empty()).await?;
        let is_whole = "return !window.latchkey || latchkey.isWhole()";
        eventually("all of the app", async || self.run(is_whole).await, |answer| *answer == Value::Bool(true)).await?;
        self.now().await
    }

    /// Opens `about:blank`, which unloads the app.
    ///
    /// # Errors
    /// The browser rejects the command.
    pub async fn open_blank_page(&self) -> Result<()> {
        Ok(self.driver.client.goto("about:blank").await?)
    }

    /// Navigates back in the history.
    ///
    /// # Errors
    /// The browser rejects the command.
    pub async fn back(&self) -> Result<()> {
        Ok(self.driver.client.back().await?)
    }

    /// Clicks the element with a role and an accessible name.
    ///
    /// # Errors
    /// There is not exactly one such element, or another one covers it.
    pub async fn click(&self, role: Role, name: &str) -> Result<()> {
        let element = self.find(role, name).await?;
        element.click().await.with_context(|| format!("{role:?} {name:?} cannot be clicked"))
    }

    /// Double-clicks the element with a role and an accessible name.
    ///
    /// # Errors
    /// There is not exactly one such element.
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

    /// Types into a field, after its present content. In a field that has the focus already, what is selected is replaced.
    ///
    /// # Errors
    /// There is not exactly one such field.
    pub async fn fill(&self, field: &str, text: &str) -> Result<()> {
        let element = self.find(Role::Field, field).await?;
        if self.driver.client.active_element().await?.element_id() != element.element_id() {
            // WebKit selects the content of a field that gets the focus.
            element.send_keys(&Key::End).await?;
        }
        Ok(element.send_keys(text).await?)
    }

    /// Presses a key; the focused element receives it.
    ///
    /// # Errors
    /// The browser rejects the command.
    pub async fn press(&self, key: Key) -> Result<()> {
        let value = char::from(key);
        let keys = KeyActions::new("keyboard".into()).then(KeyAction::Down { value }).then(KeyAction::Up { value });
        Ok(self.driver.client.perform_actions(keys).await?)
    }

    /// Types a text into the focused element.
    ///
    /// # Errors
    /// The browser rejects the command.
    pub async fn type_text(&self, text: &str) -> Result<()> {
        let down_and_up = |value| [KeyAction::Down { value }, KeyAction::Up { value }];
        let keys = text.chars().flat_map(down_and_up).fold(KeyActions::new("keyboard".into()), KeyActions::then);
        Ok(self.driver.client.perform_actions(keys).await?)
    }

    /// Runs a script in the page and returns its result.
    ///
    /// # Errors
    /// The script throws.
    pub async fn run(&self, script: &str) -> Result<Value> {
        Ok(self.driver.client.execute(script, Vec::new()).await?)
    }

    /// Runs a script in the page with an argument and a callback, and returns what it passes to the callback.
    ///
    /// # Errors
    /// The script throws, or never calls the callback.
    pub async fn run_async(&self, script: &str, argument: &str) -> Result<Value> {
        Ok(self.driver.client.execute_async(script, vec![argument.into()]).await?)
    }

    async fn find(&self, role: Role, name: &str) -> Result<Element> {
        let css = match role {
            Role::Link => "a[href]",
            Role::Button => "button",
            Role::Field => "input, textarea",
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
}

/// Elements with their accessible names. `Debug` prints only the names, for error messages.
struct Named(Vec<(String, Element)>);

impl std::fmt::Debug for Named {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}
