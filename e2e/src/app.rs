//! The two apps under test: the commands of their servers and the paths of their pages.

use std::{
    env,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::Result;
use tokio::process::Command;

use crate::{data::Data, program::path_from_env};

/// An app under test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum App {
    /// Latchkey's own app.
    Latchkey,
    /// The second app built on the libraries, `examples/notes`.
    Notes,
}

impl App {
    /// The path of the sign-in page.
    #[must_use]
    pub fn sign_in_page(self) -> &'static str {
        match self {
            Self::Latchkey => "/auth",
            Self::Notes => "/sign-in",
        }
    }

    /// The path of the page that is shown after a sign-in.
    #[must_use]
    pub fn landing_page(self) -> &'static str {
        match self {
            Self::Latchkey => "/dashboard",
            Self::Notes => "/notes",
        }
    }

    /// The folder that a server gets with `--dist`; `None` with `LATCHKEY_E2E_EMBEDDED`, if the program has the files inside.
    pub(crate) fn dist(self) -> Result<Option<PathBuf>> {
        let embedded = self == Self::Latchkey && env::var_os("LATCHKEY_E2E_EMBEDDED").is_some();
        if embedded { Ok(None) } else { self.files().map(Some) }
    }

    /// The folder with the app's files.
    ///
    /// # Errors
    /// The environment variable with its path is missing.
    pub fn files(self) -> Result<PathBuf> {
        path_from_env(match self {
            Self::Latchkey => "LATCHKEY_DIST",
            Self::Notes => "NOTES_DIST",
        })
    }

    /// The command that serves the app on a free port, with its data and the files of a folder or its own.
    pub(crate) fn serve(self, data: &Data, files: Option<&Path>, flags: &[String]) -> Result<Command> {
        let mut command = self.program(data)?;
        match self {
            Self::Latchkey => command.args(["serve", "--listen", "127.0.0.1:0", "--log-format", "json"]),
            Self::Notes => command.args(["--listen", "127.0.0.1:0"]),
        };
        if let Some(files) = files {
            command.arg("--dist").arg(files);
        }
        command.args(flags);
        Ok(command)
    }

    /// The command that adds a user; it reads the password from standard input.
    pub(crate) fn add_user(self, data: &Data, email: &str, name: &str) -> Result<Command> {
        let mut command = self.program(data)?;
        match self {
            Self::Latchkey => command.args(["user", "add", email, "--name", name, "--password-stdin"]),
            Self::Notes => command.args(["add-user", email, name]),
        };
        Ok(command)
    }

    /// A command of the `latchkey` program; `examples/notes` has no administration commands.
    pub(crate) fn admin_command(self, data: &Data, arguments: &[&str]) -> Result<Command> {
        anyhow::ensure!(self == Self::Latchkey, "{self:?} has no administration commands");
        let mut command = self.program(data)?;
        command.args(arguments);
        Ok(command)
    }

    /// The address that the server logs when it starts to listen.
    pub(crate) fn parse_address(self, log: &str) -> Option<SocketAddr> {
        match self {
            Self::Latchkey => {
                let mut lines = log.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
                let serving = lines.find(|line| line["message"] == "serving")?;
                serving["address"].as_str()?.parse().ok()
            }
            Self::Notes => log.split_once("Notes on http://")?.1.split_whitespace().next()?.parse().ok(),
        }
    }

    fn program(self, data: &Data) -> Result<Command> {
        let program = match self {
            Self::Latchkey => "LATCHKEY_BIN",
            Self::Notes => "NOTES_BIN",
        };
        let mut command = Command::new(path_from_env(program)?);
        // The environment of the developer who runs the tests must not affect them.
        command.env_clear().current_dir(data.folder.path()).kill_on_drop(true);
        if let Some(url) = data.database_url() {
            command.env("LATCHKEY_DATABASE_URL", url).env("LATCHKEY_TRUSTED_PROXIES", "127.0.0.1");
        }
        Ok(command)
    }
}
