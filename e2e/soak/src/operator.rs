//! An operator who ends sessions, and disables accounts and enables them again, with the commands of the binary.

use std::{path::PathBuf, process::Stdio, sync::Arc, time::Duration};

use anyhow::{Context, Result, ensure};
use fastrand::Rng;
use latchkey_shared::SessionId;
use tokio::{io::AsyncWriteExt, process, time::timeout};

use crate::{
    api::{self, Reply},
    model::{Answer, Command, PasswordKey, Request, UserKey},
    world::World,
};

/// Longer than any command takes.
const PATIENCE: Duration = Duration::from_secs(150);

/// The commands of the binary, for one database.
#[derive(Clone, Debug)]
pub struct Commands {
    pub latchkey: PathBuf,
    pub database: String,
}

impl Commands {
    /// Adds a user with a password.
    pub async fn add_user(&self, email: &str, password: PasswordKey) -> Result<()> {
        let mut add = self.command(&["user", "add", email, "--password-stdin"]);
        let mut add = add.stdin(Stdio::piped()).spawn().context("cannot start latchkey")?;
        let mut stdin = add.stdin.take().context("it is piped")?;
        stdin.write_all(format!("{}\n", api::text(password)).as_bytes()).await?;
        drop(stdin);
        let output = add.wait_with_output().await?;
        ensure!(output.status.success(), "cannot add a user: {}", String::from_utf8_lossy(&output.stderr));
        Ok(())
    }

    /// Creates the tables.
    pub async fn migrate(&self) -> Result<()> {
        let output = self.command(&["migrate"]).output().await.context("cannot start latchkey")?;
        ensure!(output.status.success(), "cannot migrate: {}", String::from_utf8_lossy(&output.stderr));
        Ok(())
    }

    /// Runs a command that the model knows.
    async fn run(&self, command: &Command, users: &[String]) -> Reply {
        let arguments = match command {
            Command::EndSession(SessionId(id)) => ["sessions", "end", id],
            Command::SignOut(user) => ["user", "sign-out", &users[user.0]],
            Command::Disable(user) => ["user", "disable", &users[user.0]],
            Command::Enable(user) => ["user", "enable", &users[user.0]],
        };
        let answer = match timeout(PATIENCE, self.command(&arguments).output()).await {
            Ok(Ok(output)) if output.status.success() => Answer::Done,
            Ok(Ok(output)) if String::from_utf8_lossy(&output.stderr).contains("there is no active session") => {
                Answer::NotFound
            }
            Ok(Ok(_)) => Answer::Unavailable,
            Ok(Err(error)) => Answer::Strange(error.to_string()),
            Err(late) => Answer::Strange(late.to_string()),
        };
        Reply { answer, cookie: None }
    }

    fn command(&self, arguments: &[&str]) -> process::Command {
        let mut command = process::Command::new(&self.latchkey);
        command.args(arguments).env("LATCHKEY_DATABASE_URL", &self.database);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
        command
    }
}

/// Works until everybody stops. No account stays disabled.
pub async fn run(world: Arc<World>, commands: Commands, mut rng: Rng) {
    while !world.is_over() {
        world.pause(&mut rng, 100..600).await;
        let user = UserKey(rng.usize(..world.users.len()));
        match rng.u32(0..4) {
            0 => {
                observe(&world, &commands, Command::SignOut(user)).await;
            }
            1 => {
                until_done(&world, &commands, &mut rng, &Command::Disable(user)).await;
                world.pause(&mut rng, 50..1000).await;
                until_done(&world, &commands, &mut rng, &Command::Enable(user)).await;
            }
            _ => {
                let active: Vec<SessionId> = world.witness.oracle().sessions(false).cloned().collect();
                if let Some(session) = rng.choice(active) {
                    observe(&world, &commands, Command::EndSession(session)).await;
                }
            }
        }
    }
}

async fn until_done(world: &World, commands: &Commands, rng: &mut Rng, command: &Command) {
    while observe(world, commands, command.clone()).await != Answer::Done {
        world.pause(rng, 50..300).await;
    }
}

async fn observe(world: &World, commands: &Commands, command: Command) -> Answer {
    let run = commands.run(&command, &world.users);
    world.witness.observe(&Request::Command(command.clone()), run).await.answer
}
