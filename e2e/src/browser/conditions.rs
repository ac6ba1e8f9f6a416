//! What the browser lives in: its tabs, the window, the network, the machine.

use anyhow::{Context, Result};
use fantoccini::wd::WindowHandle;
use serde_json::json;

use super::{Browser, RECORDER};

/// A tab of a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab(WindowHandle);

impl Browser {
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
        self.open_tab_with(RECORDER).await
    }

    async fn open_tab_with(&self, script: &str) -> Result<Tab> {
        let tab = Tab(self.driver.client.new_window(true).await?.handle);
        self.switch_to(&tab).await?;
        self.prepare_tab(script).await?;
        Ok(tab)
    }

    /// Has a further script run before each page's own in the tab that is looked at.
    ///
    /// # Errors
    /// The browser does not obey.
    pub async fn before_each_page(&self, script: &str) -> Result<()> {
        self.driver.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await?;
        Ok(())
    }

    /// Has the browser forget the files that it has loaded.
    ///
    /// # Errors
    /// The browser does not obey.
    pub async fn clear_cache(&self) -> Result<()> {
        self.driver.devtools("Network.clearBrowserCache", json!({})).await?;
        Ok(())
    }

    /// Closes the tab that is looked at, and looks at another.
    ///
    /// # Errors
    /// The browser refuses.
    pub async fn close_tab(&self, then: &Tab) -> Result<()> {
        self.driver.client.close_window().await?;
        self.switch_to(then).await
    }

    /// Looks at another tab, which comes to the front.
    ///
    /// # Errors
    /// The browser does not obey.
    pub async fn switch_to(&self, Tab(handle): &Tab) -> Result<()> {
        self.driver.client.switch_to_window(handle.clone()).await?;
        self.driver.devtools("Page.bringToFront", json!({})).await?;
        Ok(())
    }

    /// Has the machine sleep, or wake: nothing in the page runs meanwhile.
    ///
    /// # Errors
    /// The browser does not obey.
    pub async fn set_frozen(&self, asleep: bool) -> Result<()> {
        let state = if asleep { "frozen" } else { "active" };
        self.driver.devtools("Page.setWebLifecycleState", json!({ "state": state })).await?;
        Ok(())
    }

    /// Shows the page in light colours or in dark ones.
    ///
    /// # Errors
    /// The browser does not obey.
    pub async fn set_theme(&self, theme: &str) -> Result<()> {
        self.set_preference("prefers-color-scheme", theme).await
    }

    /// Has the person prefer something, as a media feature of CSS says it: `forced-colors`, `prefers-reduced-motion`…
    ///
    /// # Errors
    /// The browser does not obey.
    pub async fn set_preference(&self, feature: &str, value: &str) -> Result<()> {
        let features = json!({ "features": [{ "name": feature, "value": value }] });
        self.driver.devtools("Emulation.setEmulatedMedia", features).await?;
        Ok(())
    }

    /// Makes the browser so many times slower than it is, and its network as slow as a download of so many bytes a second with
    /// so many milliseconds of latency.
    ///
    /// # Errors
    /// The browser does not obey.
    pub async fn slow_down(&self, times: u32, network: Option<(u32, u32)>) -> Result<()> {
        self.driver.devtools("Emulation.setCPUThrottlingRate", json!({ "rate": times })).await?;
        match network {
            Some((bytes, latency_ms)) => self.set_network(false, latency_ms, bytes.into()).await,
            None => Ok(()),
        }
    }

    /// Opens a further tab without a recorder, for measurements; a script runs before each page's own. The browser's cache is
    /// empty, and the tab before shows nothing any more.
    ///
    /// # Errors
    /// The browser does not obey.
    pub async fn open_plain_tab(&self, script: &str) -> Result<()> {
        self.open_blank_page().await?;
        self.open_tab_with(script).await?;
        self.clear_cache().await?;
        self.driver.devtools("Performance.enable", json!({})).await?;
        Ok(())
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
        self.set_network(offline, 0, -1).await
    }

    /// So many bytes a second each way; as many as there can be, if it is -1.
    async fn set_network(&self, offline: bool, latency_ms: u32, bytes: i64) -> Result<()> {
        let network = json!({
            "offline": offline, "latency": latency_ms, "downloadThroughput": bytes, "uploadThroughput": bytes
        });
        self.driver.devtools("Network.enable", json!({})).await?;
        self.driver.devtools("Network.emulateNetworkConditions", network).await?;
        Ok(())
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
}
