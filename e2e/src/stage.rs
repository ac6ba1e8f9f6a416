//! The environment of one story: started before it, and stopped after it. A failed story prints diagnostics.

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
use tempfile::TempDir;
use tokio::{runtime::Builder, time::timeout};

use crate::{App, Browser, Proxy, Role, Server, api::Api, other_build, wait::eventually};

/// The email of the first user, whose session most stories test.
pub const EMAIL: &str = "ada@example.org";
/// The first user's name.
pub const NAME: &str = "Ada Lovelace";
/// The email of the second user.
pub const OTHER_EMAIL: &str = "grace@example.org";
/// The second user's name.
pub const OTHER_NAME: &str = "Grace Hopper";
/// The password of both users.
pub const PASSWORD: &str = "quiet lantern over the harbour";

/// The check on every route change.
pub const VERIFY: &str = "GET /api/verify-session";
/// The event stream, which the app opens a while after a sign-in.
pub const EVENTS: &str = "GET /api/session-events";

/// The time limit of a story.
const STORY_TIMEOUT: Duration = Duration::from_secs(90);
/// The time limit of what a browser reports about a failed story.
const DIAGNOSTICS_TIMEOUT: Duration = Duration::from_secs(20);
const SCREENSHOTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/e2e");

/// A server with two users, a browser, and the proxy between them.
#[derive(Debug)]
pub struct Stage {
    /// The app under test.
    pub app: App,
    /// The app's server.
    pub server: Server,
    /// The proxy that the browser's requests pass.
    pub proxy: Proxy,
    /// The browser that the story is about.
    pub browser: Browser,
    /// The same user's browser on another device, once it is opened.
    other_device: Option<Browser>,
    /// The files of the second replica during a roll-out, or of a browser that lacks something.
    other_build: Option<TempDir>,
}

/// The outcome of a story: success, an error, or a panic.
type Outcome = Result<Result<()>, Box<dyn Any + Send>>;

/// Runs a story of Latchkey's own app, with the default configuration.
pub fn story(run: impl AsyncFnOnce(&mut Stage) -> Result<()>) {
    story_of(App::Latchkey, &[], run);
}

/// Runs a story of Latchkey's own app, with additional flags of `latchkey serve`.
pub fn story_with(flags: &[&str], run: impl AsyncFnOnce(&mut Stage) -> Result<()>) {
    story_of(App::Latchkey, flags, run);
}

/// Runs a story of an app, with additional arguments of its server.
///
/// # Panics
/// The story fails, or the page logs an error in the console.
pub fn story_of(app: App, flags: &[&str], run: impl AsyncFnOnce(&mut Stage) -> Result<()>) {
    tell(async || Stage::start(app, Server::start(app, flags).await?).await, run);
}

/// Runs a story of Latchkey's own app during a roll-out: of two replicas behind nginx, each has another build of the app.
///
/// # Panics
/// The story fails, or the page logs an error in the console.
pub fn story_of_roll_out(run: impl AsyncFnOnce(&mut Stage) -> Result<()>) {
    let app = App::Latchkey;
    let start = async || {
        let (build, other) = (app.dist()?, other_build::copy(&app.files()?)?);
        let builds = vec![build, Some(other.path().into())];
        let mut stage = Stage::start(app, Server::start_builds(app, builds).await?).await?;
        stage.other_build = Some(other);
        Ok(stage)
    };
    tell(start, run);
}

/// Runs a story of Latchkey's own app with `/styles.css` in its page.
///
/// # Panics
/// The story fails, or the page logs an error in the console.
pub fn story_with_style_sheet(run: impl AsyncFnOnce(&mut Stage) -> Result<()>) {
    story_of_copy(other_build::copy_with_style_sheet, run);
}

/// Runs a story of Latchkey's own app in a browser that does not know a word of CSS.
///
/// # Panics
/// The story fails, or the page logs an error in the console.
pub fn story_without(word: &'static str, run: impl AsyncFnOnce(&mut Stage) -> Result<()>) {
    story_of_copy(|build| other_build::without(word, build), run);
}

fn story_of_copy(copy: impl FnOnce(&Path) -> Result<TempDir>, run: impl AsyncFnOnce(&mut Stage) -> Result<()>) {
    let app = App::Latchkey;
    let start = async || {
        let build = copy(&app.files()?)?;
        let mut stage = Stage::start(app, Server::start_builds(app, vec![Some(build.path().into())]).await?).await?;
        stage.other_build = Some(build);
        Ok(stage)
    };
    tell(start, run);
}

fn tell(start: impl AsyncFnOnce() -> Result<Stage>, run: impl AsyncFnOnce(&mut Stage) -> Result<()>) {
    let runtime = Builder::new_current_thread().enable_all().build();
    let outcome = runtime.map(|runtime| runtime.block_on(run_on_stage(start, run)));
    match outcome {
        Ok(Ok(Ok(Ok(())))) => {}
        Ok(Ok(Err(panic))) => resume_unwind(panic),
        Ok(Ok(Ok(Err(error))) | Err(error)) => panic!("{error:?}"),
        Err(error) => panic!("{error:?}"),
    }
}

async fn run_on_stage(
    start: impl AsyncFnOnce() -> Result<Stage>,
    run: impl AsyncFnOnce(&mut Stage) -> Result<()>,
) -> Result<Outcome> {
    let mut stage = start().await?;
    let running = timeout(STORY_TIMEOUT, async {
        run(&mut stage).await?;
        let console_errors = stage.browser.console_errors().await?;
        ensure!(console_errors.is_empty(), "errors in the page's console: {console_errors:#?}");
        Ok(())
    });
    let outcome = AssertUnwindSafe(running).catch_unwind().await;
    let outcome = outcome.map(|ended| ended.unwrap_or_else(|late| Err(late).context("the story takes too long")));
    let succeeded = matches!(outcome, Ok(Ok(())));
    if !succeeded {
        stage.print_diagnostics().await;
    }
    let mut closed = stage.browser.close().await;
    if let Some(other_device) = stage.other_device.take() {
        closed = closed.and(other_device.close().await);
    }
    // After a failed story, its failure is what matters.
    if succeeded { closed.map(|()| outcome) } else { Ok(outcome) }
}

impl Stage {
    async fn start(app: App, server: Server) -> Result<Self> {
        server.add_user(EMAIL, NAME, PASSWORD).await?;
        server.add_user(OTHER_EMAIL, OTHER_NAME, PASSWORD).await?;
        let proxy = Proxy::start(server.address()).await?;
        let browser = Browser::open(proxy.address()).await?;
        Ok(Self { app, server, proxy, browser, other_device: None, other_build: None })
    }

    /// Signs the user in on another device, whose requests bypass the proxy.
    ///
    /// # Errors
    /// The sign-in fails.
    pub async fn sign_in_on_other_device(&mut self) -> Result<&Browser> {
        let browser = Browser::open(self.server.address()).await?;
        let browser = self.other_device.insert(browser);
        browser.visit(self.app.sign_in_page()).await?;
        submit(browser, EMAIL, PASSWORD).await?;
        browser.arrive(self.app.landing_page()).await?;
        Ok(browser)
    }

    /// The browser on the user's other device.
    ///
    /// # Errors
    /// [`Self::sign_in_on_other_device`] was not called.
    pub fn other_device(&self) -> Result<&Browser> {
        self.other_device.as_ref().context("no user is signed in on another device")
    }

    /// Revokes every session of the user with the administration command.
    ///
    /// # Errors
    /// The command fails.
    pub async fn revoke_session(&self) -> Result<()> {
        self.server.sign_out(EMAIL).await
    }

    /// Makes a one-time link for the user of the stage, as an operator, and returns its path with the fragment.
    ///
    /// # Errors
    /// The command fails.
    pub async fn invite(&self) -> Result<String> {
        self.server.invite(EMAIL).await
    }

    /// Waits until the browser has opened the event stream at least `times` times, so that it is notified of changes.
    ///
    /// # Errors
    /// The wait times out.
    pub async fn until_subscribed(&self, times: usize) -> Result<()> {
        let answered = format!("{EVENTS} Answered(200)");
        let listening = |log: &Vec<String>| log.iter().filter(|line| **line == answered).count() >= times;
        eventually("an event stream", async || Ok(self.proxy.log()), listening).await?;
        Ok(())
    }

    /// Fills in and submits the sign-in form of the current page.
    ///
    /// # Errors
    /// The page has no sign-in form.
    pub async fn submit(&self, email: &str, password: &str) -> Result<()> {
        submit(&self.browser, email, password).await
    }

    /// Visits the sign-in page, signs in, and waits for the landing page.
    ///
    /// # Errors
    /// The sign-in fails.
    pub async fn sign_in(&self) -> Result<()> {
        self.browser.visit(self.app.sign_in_page()).await?;
        self.submit(EMAIL, PASSWORD).await?;
        self.browser.arrive(self.app.landing_page()).await?;
        self.proxy.quiet().await
    }

    /// Follows a link of the navigation, and waits for the page and its session check.
    ///
    /// # Errors
    /// The page or the check does not arrive.
    pub async fn follow(&self, link: &str, path: &str) -> Result<()> {
        let checks = self.proxy.count(VERIFY);
        self.browser.click(Role::Link, link).await?;
        self.browser.arrive(path).await?;
        self.proxy.until_counted(VERIFY, checks + 1).await?;
        self.proxy.quiet().await
    }

    /// Logs the browser's session out with a request of another client, so that the browser does not know yet, but every
    /// replica does.
    ///
    /// # Errors
    /// The browser has no session, or the request fails.
    pub async fn end_session(&self) -> Result<()> {
        let cookie = self.browser.cookie().await?.context("no user is signed in")?;
        Api::new(self.server.address())?.log_out(&cookie).await?;
        self.server.verify(&cookie).await.map(drop)
    }

    /// Starts the server again after it was stopped.
    ///
    /// # Errors
    /// The server does not start.
    pub async fn start_server_again(&mut self) -> Result<()> {
        self.server.start_again().await?;
        self.proxy.forward_to(self.server.address());
        Ok(())
    }

    /// Prints snapshots, logs and a screenshot after a failed story. Errors are printed too, so that they hide nothing.
    #[expect(clippy::print_stderr, reason = "cargo shows it with the story's failure")]
    async fn print_diagnostics(&self) {
        eprintln!("--- requests at the proxy: {:#?}", self.proxy.log());
        eprintln!("--- output of the server:\n{}", self.server.log());
        let printed = timeout(DIAGNOSTICS_TIMEOUT, async {
            let snapshots = self.browser.snapshots().await.unwrap_or_default();
            eprintln!("--- snapshots of the page: {snapshots:#?}");
            eprintln!("--- errors in the console: {:#?}", self.browser.console_errors().await);
            let story = thread::current().name().unwrap_or("story").replace("::", "-");
            let file = Path::new(SCREENSHOTS).join(format!("{story}.png"));
            let saved = match fs::create_dir_all(SCREENSHOTS) {
                Ok(()) => self.browser.screenshot(&file).await,
                Err(error) => Err(error.into()),
            };
            eprintln!("--- screenshot: {} {saved:?}", file.display());
        });
        if printed.await.is_err() {
            eprintln!("--- the browser does not answer");
        }
    }
}

async fn submit(browser: &Browser, email: &str, password: &str) -> Result<()> {
    browser.fill("Email", email).await?;
    browser.fill("Password", password).await?;
    browser.click(Role::Button, "Sign in").await
}
