//! The two apps that stories are played on: how each one's server is started and what its pages are called.

use std::net::SocketAddr;

use anyhow::Result;
use tempfile::TempDir;
use tokio::process::Command;

use crate::program::path_from_env;

/// An app with a server, a bundle and accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum App {
    /// Latchkey's own.
    Latchkey,
    /// The second app on the libraries, `examples/notes`.
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

    /// The path of the page that signing in leads to.
    #[must_use]
    pub fn landing_page(self) -> &'static str {
        match self {
            Self::Latchkey => "/dashboard",
            Self::Notes => "/notes",
        }
    }

    /// The command that serves the app on a free port.
    pub(crate) fn serve(self, folder: &TempDir, flags: &[String]) -> Result<Command> {
        let mut command = self.program(folder)?;
        match self {
            Self::Latchkey => {
                command.args(["serve", "--listen", "127.0.0.1:0", "--log-format", "json", "--dist"]);
                command.arg(path_from_env("LATCHKEY_DIST")?);
            }
            Self::Notes => {
                command.args(["--listen", "127.0.0.1:0", "--dist"]).arg(path_from_env("NOTES_DIST")?);
            }
        }
        command.args(flags);
        Ok(command)
    }

    /// The command that makes an account; it reads the password from its standard input.
    pub(crate) fn add_user(self, folder: &TempDir, email: &str, name: &str) -> Result<Command> {
        let mut command = self.program(folder)?;
        match self {
            Self::Latchkey => command.args(["user", "add", email, "--name", name, "--password-stdin"]),
            Self::Notes => command.args(["add-user", email, name]),
        };
        Ok(command)
    }

    /// Latchkey's program, for the commands that only it has.
    pub(crate) fn admin_command(self, folder: &TempDir, arguments: &[&str]) -> Result<Command> {
        anyhow::ensure!(self == Self::Latchkey, "{self:?} has no commands for operators");
        let mut command = self.program(folder)?;
        command.args(arguments);
        Ok(command)
    }

    /// The address in what a server says when it serves.
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

    fn program(self, folder: &TempDir) -> Result<Command> {
        let program = match self {
            Self::Latchkey => "LATCHKEY_BIN",
            Self::Notes => "NOTES_BIN",
        };
        let mut command = Command::new(path_from_env(program)?);
        // No setting of the user who runs the tests may change what they test.
        command.env_clear().current_dir(folder.path()).kill_on_drop(true);
        Ok(command)
    }
}
