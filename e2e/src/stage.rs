//! One story's stage: set, played on, looked at when something went wrong, and cleared in any case.

use std::{
    any::Any,
    fs,
    panic::{AssertUnwindSafe, resume_unwind},
    path::Path,
    thread,
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use futures_util::FutureExt;
use tokio::{runtime::Builder, time::timeout};

use crate::{App, Browser, Proxy, Role, Server, api::Api, wait::eventually};

/// The address of the person whose stories are run.
pub const EMAIL: &str = "ada@example.org";
/// Their name.
pub const NAME: &str = "Ada Lovelace";
/// The address of somebody else.
pub const OTHER_EMAIL: &str = "grace@example.org";
/// Their name.
pub const OTHER_NAME: &str = "Grace Hopper";
/// The password of both.
pub const PASSWORD: &str = "quiet lantern over the harbour";

/// The check on every route change.
pub const VERIFY: &str = "GET /api/verify-session";
/// The stream that a browser opens a while after somebody is signed in.
pub const EVENTS: &str = "GET /api/session-events";

/// How long a story may take.
const LONGEST_STORY: Duration = Duration::from_secs(90);
const SCREENSHOTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/e2e");

/// A server with two users, a browser, and the proxy between them.
#[derive(Debug)]
pub struct Stage {
    /// What is served.
    pub app: App,
    /// Where the API and the app come from.
    pub server: Server,
    /// What every request of the browser passes.
    pub proxy: Proxy,
    /// What the person has before them.
    pub browser: Browser,
    /// What they have elsewhere, once it is opened.
    other_device: Option<Browser>,
}

/// How a story ended: well, with an error, or with a panic.
type Outcome = Result<Result<()>, Box<dyn Any + Send>>;

/// Plays a story with the default configuration.
pub fn story(run: impl AsyncFnOnce(&mut Stage) -> Result<()>) {
    story_of(App::Latchkey, &[], run);
}

/// Plays a story with further flags of `latchkey serve`.
pub fn story_with(flags: &[&str], run: impl AsyncFnOnce(&mut Stage) -> Result<()>) {
    story_of(App::Latchkey, flags, run);
}

/// Plays a story on an app, with further arguments of its server.
///
/// # Panics
/// The story does not end as run.
pub fn story_of(app: App, flags: &[&str], run: impl AsyncFnOnce(&mut Stage) -> Result<()>) {
    let runtime = Builder::new_current_thread().enable_all().build();
    let played = runtime.map(|runtime| runtime.block_on(play(app, flags, run)));
    match played {
        Ok(Ok(Ok(Ok(())))) => {}
        Ok(Ok(Err(panic))) => resume_unwind(panic),
        Ok(Ok(Ok(Err(error))) | Err(error)) => panic!("{error:?}"),
        Err(error) => panic!("{error:?}"),
    }
}

async fn play(app: App, flags: &[&str], run: impl AsyncFnOnce(&mut Stage) -> Result<()>) -> Result<Outcome> {
    let mut stage = Stage::start(app, flags).await?;
    let playing = timeout(LONGEST_STORY, async {
        run(&mut stage).await?;
        let console_errors = stage.browser.console_errors().await?;
        ensure!(console_errors.is_empty(), "the page made console_errors: {console_errors:#?}");
        Ok(())
    });
    let outcome = AssertUnwindSafe(playing).catch_unwind().await;
    let outcome = outcome.map(|ended| ended.unwrap_or_else(|late| Err(late).context("the story does not end")));
    if !matches!(outcome, Ok(Ok(()))) {
        stage.print_diagnostics().await;
    }
    if let Some(other_device) = stage.other_device.take() {
        other_device.close().await?;
    }
    stage.browser.close().await?;
    Ok(outcome)
}

impl Stage {
    async fn start(app: App, flags: &[&str]) -> Result<Self> {
        let server = Server::start(app, flags).await?;
        server.add_user(EMAIL, NAME, PASSWORD).await?;
        server.add_user(OTHER_EMAIL, OTHER_NAME, PASSWORD).await?;
        let proxy = Proxy::start(server.address()).await?;
        let browser = Browser::open(format!("http://{}", proxy.address())).await?;
        Ok(Self { app, server, proxy, browser, other_device: None })
    }

    /// The person's other device, on which they sign in; it does not pass the proxy.
    ///
    /// # Errors
    /// They cannot.
    pub async fn sign_in_on_other_device(&mut self) -> Result<&Browser> {
        let browser = Browser::open(format!("http://{}", self.server.address())).await?;
        let browser = self.other_device.insert(browser);
        browser.visit(self.app.sign_in_page()).await?;
        submit(browser, EMAIL, PASSWORD).await?;
        browser.arrive(self.app.landing_page()).await?;
        Ok(browser)
    }

    /// The person's other device.
    ///
    /// # Errors
    /// They have not signed in there.
    pub fn other_device(&self) -> Result<&Browser> {
        self.other_device.as_ref().context("no user is signed in on another device")
    }

    /// Ends every session of the person, as an operator does.
    ///
    /// # Errors
    /// It cannot be done.
    pub async fn revoke_session(&self) -> Result<()> {
        self.server.sign_out(EMAIL).await
    }

    /// Waits until the browser listens to the server, so that it is run what happens elsewhere.
    ///
    /// # Errors
    /// It never does.
    pub async fn until_subscribed(&self, times: usize) -> Result<()> {
        let answered = format!("{EVENTS} Answered(200)");
        let listening = |log: &Vec<String>| log.iter().filter(|line| **line == answered).count() >= times;
        eventually("an event stream", async || Ok(self.proxy.log()), listening).await?;
        Ok(())
    }

    /// Fills in the sign-in form that is on the screen, and submits it.
    ///
    /// # Errors
    /// There is none.
    pub async fn submit(&self, email: &str, password: &str) -> Result<()> {
        submit(&self.browser, email, password).await
    }

    /// Signs in on the sign-in page, and waits for the landing page.
    ///
    /// # Errors
    /// It does not come.
    pub async fn sign_in(&self) -> Result<()> {
        self.browser.visit(self.app.sign_in_page()).await?;
        self.submit(EMAIL, PASSWORD).await?;
        self.browser.arrive(self.app.landing_page()).await?;
        self.proxy.quiet().await
    }

    /// Follows a link of the navigation, and waits for the page and for its check.
    ///
    /// # Errors
    /// One of them does not come.
    pub async fn follow(&self, link: &str, path: &str) -> Result<()> {
        let checks = self.proxy.count(VERIFY);
        self.browser.click(Role::Link, link).await?;
        self.browser.arrive(path).await?;
        self.proxy.until_counted(VERIFY, checks + 1).await?;
        self.proxy.quiet().await
    }

    /// Ends the browser's session on the server, from outside. The browser is not run.
    ///
    /// # Errors
    /// There is none.
    pub async fn end_session(&self) -> Result<()> {
        let cookie = self.browser.cookie().await?.context("no user is signed in")?;
        Api::new(self.server.address())?.log_out(&cookie).await
    }

    /// What the server says of a cookie: `200`, or the status and the code of the problem.
    ///
    /// # Errors
    /// The server does not answer.
    pub async fn verify(&self, cookie: &str) -> Result<String> {
        Api::new(self.server.address())?.verify(cookie).await
    }

    /// Starts the server again after it was stopped.
    ///
    /// # Errors
    /// It does not start.
    pub async fn start_server_again(&mut self) -> Result<()> {
        self.server.start_again().await?;
        self.proxy.forward_to(self.server.address());
        Ok(())
    }

    /// Shows all there is to see after a story went wrong. What cannot be seen must not hide the rest.
    #[expect(clippy::print_stderr, reason = "cargo shows it beside the story's failure")]
    async fn print_diagnostics(&self) {
        let snapshots = self.browser.snapshots().await.unwrap_or_default();
        eprintln!("--- what the person saw: {snapshots:#?}");
        eprintln!("--- what the page did wrong: {:#?}", self.browser.console_errors().await);
        eprintln!("--- what passed the proxy: {:#?}", self.proxy.log());
        eprintln!("--- what the server said:\n{}", self.server.log());
        let story = thread::current().name().unwrap_or("story").replace("::", "-");
        let file = Path::new(SCREENSHOTS).join(format!("{story}.png"));
        let saved = match fs::create_dir_all(SCREENSHOTS) {
            Ok(()) => self.browser.screenshot(&file).await,
            Err(error) => Err(error.into()),
        };
        eprintln!("--- screenshot: {} {saved:?}", file.display());
    }
}

async fn submit(browser: &Browser, email: &str, password: &str) -> Result<()> {
    browser.fill("Email", email).await?;
    browser.fill("Password", password).await?;
    browser.click(Role::Button, "Sign in").await
}
