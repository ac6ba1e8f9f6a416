//! The command line: `latchkey serve` and what an operator does beside it.

use std::io::{self, BufRead, Write};

use anyhow::{Context, bail};
use clap::{Args, Parser, Subcommand};
use latchkey_shared::{User, UserId};

use crate::{
    auth::{email, password::Passwords},
    clock::{Clock, SystemClock},
    config::{Config, StoreConfig},
    store::{Account, Insertion, UserStore},
};

/// Session handling for single-page apps, done right once.
#[derive(Debug, Parser)]
#[command(name = "latchkey", version)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the binary can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the API, and the single-page app if it has been built.
    Serve(Box<Config>),
    /// Manage the users in the store.
    #[command(subcommand)]
    User(UserCommand),
}

/// What can be done with users.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Add a user, who can sign in at once.
    Add(AddUser),
}

/// A user to add.
#[derive(Debug, Args)]
pub struct AddUser {
    /// The address to sign in with; letter case does not matter.
    pub email: String,

    /// The name to show. [default: the part of the address before the @]
    #[arg(long)]
    pub name: Option<String>,

    /// Read the password from the first line of standard input instead of asking for it.
    #[arg(long)]
    pub password_stdin: bool,

    #[command(flatten)]
    #[expect(
        missing_docs,
        reason = "clap would take a comment here for the description of the whole group"
    )]
    pub store: StoreConfig,
}

/// Adds a user.
///
/// # Errors
/// The address or the password is not acceptable, the address is taken, or the store did not answer: in words.
pub async fn add_user(command: AddUser) -> anyhow::Result<()> {
    let Some(email) = email::normalise(&command.email) else {
        bail!("'{}' is no e-mail address", command.email)
    };
    let name = command
        .name
        .unwrap_or_else(|| email.split('@').next().unwrap_or_default().to_owned());
    if name.trim().is_empty() {
        bail!("the name is empty");
    }
    let store = crate::app::open_store(&command.store).await?;
    let password = read_password(command.password_stdin)?;
    let password_hash = Passwords::new(1, 0).hash(password).await?;
    let id = UserId(uuid::Uuid::new_v4().to_string());
    let user = User {
        id,
        email: email.clone(),
        name: name.trim().to_owned(),
        version: 1,
    };
    match store
        .insert_user(&Account { user, password_hash }, SystemClock.now())
        .await?
    {
        Insertion::Inserted => writeln!(io::stdout(), "added {email}").context("cannot write to standard output"),
        Insertion::EmailTaken => bail!("there is an account for {email} already"),
    }
}

fn read_password(from_stdin: bool) -> anyhow::Result<String> {
    let password = if from_stdin {
        let mut line = String::new();
        io::stdin()
            .lock()
            .read_line(&mut line)
            .context("cannot read the password from standard input")?;
        line.trim_end_matches(['\r', '\n']).to_owned()
    } else {
        let password =
            rpassword::prompt_password("Password: ").context("cannot ask for a password here; use --password-stdin")?;
        if rpassword::prompt_password("The same again: ")? != password {
            bail!("the two passwords differ");
        }
        password
    };
    if password.is_empty() {
        bail!("the password is empty");
    }
    Ok(password)
}
