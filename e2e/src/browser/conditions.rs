//! The browser's environment: tabs, window size, preferences, cookies, network and CPU speed.

use anyhow::Result;
use fantoccini::{cookies::Cookie, wd::WindowHandle};
use serde_json::json;

use super::{Browser, RECORDER};
use crate::wait::eventually;

/// A tab of a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab(WindowHandle);

impl Browser {
    /// The current tab.
    ///
    /// # Errors
    /// The browser does not answer.
    pub async fn tab(&self) -> Result<Tab> {
        Ok(Tab(self.driver.client.window().await?))
    }

    /// Opens another tab, and switches to it.
    ///
    /// # Errors
    /// The browser rejects the command.
    pub async fn open_tab(&self) -> Result<Tab> {
        self.open_tab_with(RECORDER).await
    }

    async fn open_tab_with(&self, script: &str) -> Result<Tab> {
        let tab = Tab(self.driver.client.new_window(self.driver.shows_tabs()).await?.handle);
        self.switch_to(&tab).await?;
        self.prepare_tab(script).await?;
        Ok(tab)
    }

    /// Adds a script that runs before the scripts of each page in the current tab.
    ///
    /// # Errors
    /// The browser rejects the command.
    pub async fn before_each_page(&self, script: &str) -> Result<()> {
        match &self.relay {
            Some(relay) => relay.add_script(script),
            None => {
                let source = json!({ "source": script });
                self.driver.devtools("Page.addScriptToEvaluateOnNewDocument", source).await?;
            }
        }
        Ok(())
    }

    /// Clears the browser's HTTP cache.
    ///
    /// # Errors
    /// The browser rejects the command.
    pub async fn clear_cache(&self) -> Result<()> {
        self.driver.devtools("Network.clearBrowserCache", json!({})).await?;
        Ok(())
    }

    /// Closes the current tab, and switches to another.
    ///
    /// # Errors
    /// The browser rejects the command.
    pub async fn close_tab(&self, then: &Tab) -> Result<()> {
        self.driver.client.close_window().await?;
        self.switch_to(then).await
    }

    /// Switches to another tab, and brings it to the front.
    ///
    /// # Errors
    /// The browser rejects the command.
    pub async fn switch_to(&self, Tab(handle): &Tab) -> Result<()> {
        self.driver.client.switch_to_window(handle.clone()).await?;
        // The other drivers do it with the switch.
        if self.driver.has_devtools() {
            self.driver.devtools("Page.bringToFront", json!({})).await?;
        }
        Ok(())
    }

    /// Freezes or resumes the page, as when the machine sleeps: no script of it runs while it is frozen.
    ///
    /// # Errors
    /// The browser rejects the command.
    pub async fn set_frozen(&self, asleep: bool) -> Result<()> {
        let state = if asleep { "frozen" } else { "active" };
        self.driver.devtools("Page.setWebLifecycleState", json!({ "state": state })).await?;
        Ok(())
    }

    /// Sets the preferred colour scheme: `light` or `dark`.
    ///
    /// # Errors
    /// The browser rejects the command.
    pub async fn set_theme(&self, theme: &str) -> Result<()> {
        self.set_preference("prefers-color-scheme", theme).await
    }

    /// Sets a user preference by its CSS media feature: `forced-colors`, `prefers-reduced-motion`…
    ///
    /// # Errors
    /// The browser rejects the command.
    pub async fn set_preference(&self, feature: &str, value: &str) -> Result<()> {
        let features = json!({ "features": [{ "name": feature, "value": value }] });
        self.driver.devtools("Emulation.setEmulatedMedia", features).await?;
        Ok(())
    }

    /// Sets the browser's font size, which is 16 unless the user has chosen another.
    ///
    /// # Errors
    /// The browser rejects the command.
    pub async fn set_font_size(&self, pixels: u32) -> Result<()> {
        self.driver.devtools("Page.setFontSizes", json!({ "fontSizes": { "standard": pixels } })).await?;
        Ok(())
    }

    /// Shows scrollbars that take space, as a mouse has.
    ///
    /// # Errors
    /// The browser rejects the command.
    pub async fn show_scrollbars(&self) -> Result<()> {
        self.driver.devtools("Emulation.setScrollbarsHidden", json!({ "hidden": false })).await?;
        Ok(())
    }

    /// Slows the CPU down by the factor `times`, and limits the network to (bytes per second, latency in milliseconds).
    ///
    /// # Errors
    /// The browser rejects the command.
    pub async fn slow_down(&self, times: u32, network: Option<(u32, u32)>) -> Result<()> {
        self.driver.devtools("Emulation.setCPUThrottlingRate", json!({ "rate": times })).await?;
        match network {
            Some((bytes, latency_ms)) => self.set_network(false, latency_ms, bytes.into()).await,
            None => Ok(()),
        }
    }

    /// Opens another tab for measurements, with a script in place of the recorder, and clears the HTTP cache. The previous
    /// tab is left blank. It gets its full speed back before that, because its process may be the next tab's.
    ///
    /// # Errors
    /// The browser rejects the command.
    pub async fn open_plain_tab(&self, script: &str) -> Result<()> {
        self.slow_down(1, None).await?;
        self.open_blank_page().await?;
        self.open_tab_with(script).await?;
        self.clear_cache().await?;
        self.driver.devtools("Performance.enable", json!({})).await?;
        Ok(())
    }

    /// Sets the size of the page's viewport, in CSS pixels.
    ///
    /// # Errors
    /// The browser rejects the command.
    pub async fn resize(&self, width: u32, height: u32) -> Result<()> {
        if !self.driver.has_devtools() {
            return self.resize_window(width, height).await;
        }
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.driver.devtools("Emulation.setDeviceMetricsOverride", size).await?;
        Ok(())
    }

    /// Gives the window the size at which the viewport in it has the wanted one.
    async fn resize_window(&self, width: u32, height: u32) -> Result<()> {
        let client = &self.driver.client;
        let viewport = async || Ok(serde_json::from_value(self.run("return [innerWidth, innerHeight]").await?)?);
        let [inner_width, inner_height]: [u32; 2] = viewport().await?;
        let (outer_width, outer_height) = client.get_window_size().await?;
        let frame = [outer_width.saturating_sub(inner_width.into()), outer_height.saturating_sub(inner_height.into())];
        let outer = (u64::from(width) + frame[0], u64::from(height) + frame[1]);
        client.set_window_size(outer.0.try_into()?, outer.1.try_into()?).await?;
        eventually("the window's size", viewport, |size: &[u32; 2]| *size == [width, height]).await?;
        Ok(())
    }

    /// Puts the browser offline or online.
    ///
    /// # Errors
    /// The browser rejects the command.
    pub async fn set_offline(&self, offline: bool) -> Result<()> {
        self.set_network(offline, 0, -1).await
    }

    /// Limits each direction to `bytes` per second; -1 means no limit.
    async fn set_network(&self, offline: bool, latency_ms: u32, bytes: i64) -> Result<()> {
        let network = json!({
            "offline": offline, "latency": latency_ms, "downloadThroughput": bytes, "uploadThroughput": bytes
        });
        self.driver.devtools("Network.enable", json!({})).await?;
        self.driver.devtools("Network.emulateNetworkConditions", network).await?;
        Ok(())
    }

    /// Replaces the session cookie of the current page's site with another, `name=value`, as if another tab had signed in.
    ///
    /// # Errors
    /// The browser rejects the command.
    pub async fn set_cookie(&self, cookie: &str) -> Result<()> {
        let cookie = Cookie::parse(format!("{cookie}; Path=/; Domain=127.0.0.1; HttpOnly; SameSite=Lax"))?;
        self.driver.client.add_cookie(cookie).await?;
        Ok(())
    }
}
