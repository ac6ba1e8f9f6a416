//! A browser under its WebDriver, with the commands that fantoccini does not provide.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use fantoccini::{Client, ClientBuilder, elements::Element, wd::WebDriverCompatibleCommand};
use hyper::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::timeout;

use crate::engine::{Engine, WebDriver};
use crate::program::Program;

/// How long a browser may take to close. A driver that hangs must not keep the other stories waiting.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(15);

/// A WebDriver with one browser.
#[derive(Debug)]
pub struct Driver {
    pub client: Client,
    engine: Engine,
    programs: Vec<Program>,
    _profile: TempDir,
}

impl Driver {
    /// Starts a browser. Once in hundreds of times WebKitGTK's driver ends before it has one, hence the second try.
    pub async fn start() -> Result<Self> {
        let engine = Engine::chosen()?;
        match Self::start_once(engine).await {
            Err(_) if engine == Engine::WebKit => Self::start_once(engine).await,
            started => started,
        }
    }

    async fn start_once(engine: Engine) -> Result<Self> {
        let profile = tempfile::tempdir()?;
        let WebDriver { port, programs } = engine.start(profile.path()).await?;
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(engine.capabilities(profile.path())?);
        let client = builder.connect(&format!("http://127.0.0.1:{port}")).await;
        let output = || programs.iter().map(Program::output).collect::<String>();
        let client = client.with_context(|| format!("no {engine:?}; the driver's output: {}", output()))?;
        Ok(Self { client, engine, programs, _profile: profile })
    }

    /// Ends the browser, then the programs below it; in the other order the browser would keep running.
    pub async fn stop(self) -> Result<()> {
        let closed = timeout(CLOSE_TIMEOUT, self.client.close()).await;
        for mut program in self.programs.into_iter().rev() {
            program.stop().await?;
        }
        Ok(closed.context("the browser does not close")??)
    }

    /// Whether [`Self::devtools`] and [`Self::console`] work in this browser.
    pub fn has_devtools(&self) -> bool {
        self.engine == Engine::Chromium
    }

    /// Whether switching to a tab shows it. WebKitGTK's driver leaves it hidden, so each tab is a window of its own there.
    pub fn shows_tabs(&self) -> bool {
        self.engine != Engine::WebKit
    }

    /// A picture of the page.
    pub async fn screenshot(&self) -> Result<Vec<u8>> {
        ensure!(self.engine != Engine::WebKit, "WebKitGTK's driver takes none on a machine without a GPU, and hangs");
        Ok(self.client.screenshot().await?)
    }

    /// Runs a command of the Chrome DevTools Protocol. It is an error in other browsers, so that no story passes there without it.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Result<Value> {
        ensure!(
            self.has_devtools(),
            "this story needs {command} of Chromium's DevTools; {:?} has no such command",
            self.engine
        );
        let body = json!({ "cmd": command, "params": parameters });
        self.issue("goog/cdp/execute", Some(body)).await
    }

    /// The lines of Chromium's console since the last call.
    pub async fn console(&self) -> Result<Value> {
        self.issue("se/log", Some(json!({ "type": "browser" }))).await
    }

    /// An element's accessible name.
    pub async fn accessible_name(&self, element: &Element) -> Result<String> {
        let path = format!("element/{}/computedlabel", String::from(element.element_id()));
        let name = self.issue(&path, None).await?;
        name.as_str().map(str::to_owned).context("a name is text")
    }

    async fn issue(&self, path: &str, body: Option<Value>) -> Result<Value> {
        let command = Issue { path: path.to_owned(), body };
        Ok(self.client.issue_cmd(command).await?)
    }
}

/// A command below `/session/{id}/`: a POST if it has a body.
#[derive(Debug)]
struct Issue {
    path: String,
    body: Option<Value>,
}

impl WebDriverCompatibleCommand for Issue {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (Method, Option<String>) {
        match &self.body {
            Some(body) => (Method::POST, Some(body.to_string())),
            None => (Method::GET, None),
        }
    }
}
