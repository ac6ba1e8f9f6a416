//! The browsers that stories run in, and how their WebDrivers are started. `LATCHKEY_E2E_BROWSER` chooses one.

use std::{env, path::Path, time::Duration};

use anyhow::{Context, Result, bail};
use fantoccini::wd::Capabilities;
use serde_json::{Value, json};
use tokio::{
    net::{TcpListener, TcpStream},
    process::Command,
};

use crate::{
    program::{Program, path_from_env},
    wait::eventually_within,
};

/// The variable with the name of the browser: `chromium` (the default), `firefox` or `webkit`.
const BROWSER: &str = "LATCHKEY_E2E_BROWSER";

/// Headless, able to run as root, and without background requests of the browser itself.
const CHROMIUM_FLAGS: [&str; 9] = [
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
/// How often a driver is started until it has got a port.
const TRIES: u32 = 5;
/// How long WebKitGTK's driver may take to listen.
const LISTEN_TIMEOUT: Duration = Duration::from_secs(5);

/// A browser engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Chromium under ChromeDriver, which also executes commands of the DevTools protocol.
    Chromium,
    /// Firefox under geckodriver.
    Firefox,
    /// WebKitGTK's MiniBrowser under `WebKitWebDriver`, on an X server without a screen.
    WebKit,
}

/// A running WebDriver.
#[derive(Debug)]
pub struct WebDriver {
    /// The port on which it accepts commands.
    pub port: u16,
    /// The programs, the last to stop first.
    pub programs: Vec<Program>,
}

impl Engine {
    /// The engine that the environment chooses.
    pub fn chosen() -> Result<Self> {
        Ok(match env::var(BROWSER).as_deref() {
            Err(_) | Ok("chromium") => Self::Chromium,
            Ok("firefox") => Self::Firefox,
            Ok("webkit") => Self::WebKit,
            Ok(other) => bail!("{BROWSER} is {other:?}; it can be chromium, firefox or webkit"),
        })
    }

    /// Starts the engine's WebDriver. The browser keeps its files in `profile`.
    pub async fn start(self, profile: &Path) -> Result<WebDriver> {
        match self {
            Self::Chromium => chromedriver().await,
            Self::Firefox => geckodriver(profile).await,
            Self::WebKit => webkit_driver(profile).await,
        }
    }

    /// The capabilities that a session of the browser asks for.
    pub fn capabilities(self, profile: &Path) -> Result<Capabilities> {
        let capabilities: Vec<(&str, Value)> = match self {
            Self::Chromium => {
                let mut arguments: Vec<String> = CHROMIUM_FLAGS.map(String::from).into();
                arguments.push(format!("--user-data-dir={}", profile.display()));
                let mut options = json!({ "args": arguments });
                // Without this setting ChromeDriver looks for a browser itself.
                if let Some(chromium) = env::var_os("CHROMIUM") {
                    options["binary"] = json!(chromium.to_string_lossy());
                }
                vec![("goog:chromeOptions", options), ("goog:loggingPrefs", json!({ "browser": "ALL" }))]
            }
            Self::Firefox => {
                let options = json!({ "binary": path_from_env("FIREFOX")?, "args": ["--headless"] });
                vec![("moz:firefoxOptions", options)]
            }
            Self::WebKit => {
                let options = json!({ "binary": path_from_env("MINI_BROWSER")?, "args": ["--automation"] });
                vec![("webkitgtk:browserOptions", options)]
            }
        };
        Ok(capabilities.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }
}

/// Starts ChromeDriver. It chooses a port that is free on IPv6 and exits if that is taken on IPv4, hence the retries.
async fn chromedriver() -> Result<WebDriver> {
    for _ in 0..TRIES {
        let program = Program::start(Command::new(path_from_env("CHROMEDRIVER")?).arg("--port=0"))?;
        let port = |output: &str| port_after("started successfully on port ", output);
        let started = |output: &str| output.contains(NO_PORT).then_some(None).or_else(|| port(output).map(Some));
        if let Some(port) = program.wait_for_output("ChromeDriver's port", started).await? {
            return Ok(WebDriver { port, programs: vec![program] });
        }
    }
    bail!("ChromeDriver found no port")
}

async fn geckodriver(profile: &Path) -> Result<WebDriver> {
    let mut command = Command::new(path_from_env("GECKODRIVER")?);
    let program = Program::start(command.args(["--port", "0", "--profile-root"]).arg(profile))?;
    let port = |output: &str| port_after("Listening on 127.0.0.1:", output);
    let port = program.wait_for_output("geckodriver's port", port).await?;
    Ok(WebDriver { port, programs: vec![program] })
}

/// Starts WebKitGTK's driver, which takes a port instead of choosing one: another program may get it first, hence the retries.
async fn webkit_driver(profile: &Path) -> Result<WebDriver> {
    let (x_server, display) = x_server().await?;
    for _ in 0..TRIES {
        let port = TcpListener::bind("127.0.0.1:0").await?.local_addr()?.port();
        let mut command = Command::new(path_from_env("WEBKIT_DRIVER")?);
        command.arg(format!("--port={port}")).env("DISPLAY", &display).env("GDK_BACKEND", "x11");
        // No session bus, no GPU, and no files of the developer's.
        command.env("NO_AT_BRIDGE", "1").env("LIBGL_ALWAYS_SOFTWARE", "1").env("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
        command.envs(["HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"].map(|name| (name, profile)));
        let program = Program::start(&mut command)?;
        let connect = async || Ok(TcpStream::connect(("127.0.0.1", port)).await?);
        if eventually_within(LISTEN_TIMEOUT, "WebKitWebDriver to listen", connect, |_| true).await.is_ok() {
            return Ok(WebDriver { port, programs: vec![x_server, program] });
        }
    }
    bail!("WebKitWebDriver got no port")
}

/// Starts an X server without a screen. Returns it with the name of its display.
async fn x_server() -> Result<(Program, String)> {
    let mut command = Command::new(path_from_env("XVFB")?);
    command.args(["-displayfd", "1", "-screen", "0", "1600x1200x24", "-nolisten", "tcp"]);
    let program = Program::start(&mut command).context("no X server")?;
    let number = |output: &str| output.lines().find_map(|line| line.trim().parse::<u32>().ok());
    let number = program.wait_for_output("the number of the X server's display", number).await?;
    Ok((program, format!(":{number}")))
}

/// The number after a text.
fn port_after(text: &str, output: &str) -> Option<u16> {
    let (_, rest) = output.split_once(text)?;
    rest.split(|character: char| !character.is_ascii_digit()).next()?.parse().ok()
}
