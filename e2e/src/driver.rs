//! Chromium under ChromeDriver, with the ChromeDriver commands that fantoccini does not provide.

use anyhow::{Context, Result, bail};
use fantoccini::{Client, ClientBuilder, elements::Element, wd::Capabilities, wd::WebDriverCompatibleCommand};
use hyper::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::env;
use tempfile::TempDir;
use tokio::process::Command;

use crate::program::{Program, path_from_env};

/// Headless, able to run as root, and without background requests of the browser itself.
const FLAGS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    // For stories on plain http: only loopback hosts are secure contexts there.
    "--host-resolver-rules=MAP latchkey.test 127.0.0.1",
];

/// ChromeDriver's last output when it finds no free port.
const NO_PORT: &str = "Exiting...";

/// A ChromeDriver with one browser.
#[derive(Debug)]
pub struct Driver {
    pub client: Client,
    program: Program,
    _profile: TempDir,
}

impl Driver {
    pub async fn start() -> Result<Self> {
        let (program, port) = chromedriver().await?;
        let profile = tempfile::tempdir()?;
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities(&profile));
        let client = builder.connect(&format!("http://127.0.0.1:{port}")).await;
        let client = client.with_context(|| format!("no browser; ChromeDriver's output: {}", program.output()))?;
        Ok(Self { client, program, _profile: profile })
    }

    /// Ends the browser, then ChromeDriver; in the other order the browser would keep running.
    pub async fn stop(mut self) -> Result<()> {
        self.client.close().await?;
        self.program.stop().await
    }

    /// Runs a command of the Chrome DevTools Protocol.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Result<Value> {
        let body = json!({ "cmd": command, "params": parameters });
        self.issue("goog/cdp/execute", Some(body)).await
    }

    /// The lines of the browser's console since the last call.
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

/// Starts ChromeDriver and returns it with its port. ChromeDriver chooses a port that is free on IPv6 and exits if that is
/// taken on IPv4, hence the retries.
async fn chromedriver() -> Result<(Program, u16)> {
    for _ in 0..5 {
        let program = Program::start(Command::new(path_from_env("CHROMEDRIVER")?).arg("--port=0"))?;
        let started = |output: &str| output.contains(NO_PORT).then_some(None).or_else(|| port_in(output).map(Some));
        if let Some(port) = program.wait_for_output("ChromeDriver's port", started).await? {
            return Ok((program, port));
        }
    }
    bail!("ChromeDriver found no port")
}

fn capabilities(profile: &TempDir) -> Capabilities {
    let mut arguments: Vec<String> = FLAGS.map(String::from).into();
    arguments.push(format!("--user-data-dir={}", profile.path().display()));
    let mut options = json!({ "args": arguments });
    // Without this setting ChromeDriver looks for a browser itself.
    if let Some(chromium) = env::var_os("CHROMIUM") {
        options["binary"] = json!(chromium.to_string_lossy());
    }
    Capabilities::from_iter([
        ("goog:chromeOptions".to_owned(), options),
        ("goog:loggingPrefs".to_owned(), json!({ "browser": "ALL" })),
    ])
}

fn port_in(output: &str) -> Option<u16> {
    let (_, port) = output.split_once("started successfully on port ")?;
    port.split('.').next()?.parse().ok()
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
