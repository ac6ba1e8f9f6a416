//! `latchkey user …`.

use std::{
    fmt,
    io::{self, BufRead, Write},
};

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use latchkey_actix::{Admin, NewUser, UserEntry, check_new_password, shared::User};

use super::{counted, open, print};
use crate::{config::StoreConfig, database::Database};

mod export;
mod import;
mod invite;
mod user_line;

/// The commands of `latchkey user`.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Add a user, who can sign in at once.
    Add {
        /// The e-mail address to sign in with, in any letter case.
        email: String,
        /// The user's name. [default: the part of the address before the @]
        #[arg(long)]
        name: Option<String>,
        /// Create the database if it does not exist.
        #[arg(long)]
        create: bool,
        #[command(flatten)]
        password: PasswordSource,
        #[command(flatten)]
        store: StoreConfig,
    },
    /// List all users: e-mail address, name, and whether the account is enabled.
    List {
        #[command(flatten)]
        store: StoreConfig,
    },
    /// Add users from a file of JSON lines, with password hashes of Latchkey or of another program, or without passwords.
    ///
    /// Each line is a JSON object: `email`, and optionally `name`, `password_hash`, `disabled`, `created_at` and `id`. The hash is a PHC string
    /// of argon2 (without `keyid` and `data`), scrypt or PBKDF2 (also as passlib writes it), or a bcrypt hash ($2a$, $2b$, $2y$). It is checked as it is
    /// at the next log-in, and then replaced. Hashes that take more than a few seconds or 256 MiB to check are refused. A user without one needs `latchkey user
    /// invite`. All lines are checked before the first user is added.
    Import(import::ImportCommand),
    /// Write all users as JSON lines, with password hashes, for `latchkey user import`.
    ///
    /// Sessions, failed log-ins and the audit trail are not exported; `latchkey backup` copies everything.
    Export(export::ExportCommand),
    /// Print a one-time link with which a user sets a password.
    ///
    /// The link replaces the last one of the user. Another password or address, disabling, enabling a disabled account and deleting it make it
    /// invalid.
    Invite(invite::InviteCommand),
    /// Change the e-mail address with which a user signs in. Sessions go on; one-time links become invalid.
    SetEmail {
        /// The user's e-mail address.
        old: String,
        /// The new e-mail address, in any letter case.
        new: String,
        #[command(flatten)]
        store: StoreConfig,
    },
    /// Set a user's password; all of the user's sessions end.
    SetPassword {
        /// The user's e-mail address.
        email: String,
        #[command(flatten)]
        password: PasswordSource,
        #[command(flatten)]
        store: StoreConfig,
    },
    /// Disable an account: all of its sessions end, and its user cannot sign in.
    Disable(Target),
    /// Enable an account again.
    Enable(Target),
    /// End all sessions of a user.
    SignOut(Target),
    /// Delete a user with all sessions. The user's events stay in the audit trail until they are swept.
    Delete(Target),
}

/// The user that a command applies to.
#[derive(Debug, Args)]
pub struct Target {
    /// The user's e-mail address.
    email: String,
    #[command(flatten)]
    store: StoreConfig,
}

/// Where a password comes from.
#[derive(Args)]
pub struct PasswordSource {
    /// Accepted so that it can be refused without being repeated.
    #[arg(hide = true)]
    password: Option<String>,

    /// Read the password from the first line of standard input instead of asking for it.
    #[arg(long)]
    password_stdin: bool,
}

pub async fn run(command: UserCommand) -> anyhow::Result<()> {
    match command {
        UserCommand::Add { email, name, create, password, store } => {
            if create {
                create_if_missing(&store).await?;
            }
            add(&email, name, &password, &store).await
        }
        UserCommand::List { store } => list(&store).await,
        UserCommand::Import(command) => import::run(command).await,
        UserCommand::Export(command) => export::run(command).await,
        UserCommand::Invite(command) => invite::run(command).await,
        UserCommand::SetEmail { old, new, store } => set_email(&old, &new, &store).await,
        UserCommand::SetPassword { email, password, store } => set_password(&email, &password, &store).await,
        UserCommand::Disable(target) => disable(&target).await,
        UserCommand::Enable(target) => enable(&target).await,
        UserCommand::SignOut(target) => sign_out(&target).await,
        UserCommand::Delete(target) => delete(&target).await,
    }
}

/// Creates the database if it does not exist.
async fn create_if_missing(store: &StoreConfig) -> anyhow::Result<()> {
    let database = Database::of(store)?;
    if database.is_missing().await? {
        database.open().await?;
    }
    Ok(())
}

async fn add(email: &str, name: Option<String>, password: &PasswordSource, store: &StoreConfig) -> anyhow::Result<()> {
    let new = NewUser::new(email).with_context(|| format!("cannot add '{email}'"))?;
    let new = match name {
        Some(name) => new.named(&name)?,
        None => new,
    };
    let database = Database::of(store)?;
    let admin = open(store).await?.waive_password_rules();
    let user = admin.add(new, &password.read_and_check()?).await?;
    print(&format!("added {} to {database}", user.email))
}

async fn list(store: &StoreConfig) -> anyhow::Result<()> {
    for UserEntry { user, disabled, .. } in open(store).await?.users().await? {
        print(&format!("{}\t{}\t{}", user.email, user.name, if disabled { "disabled" } else { "enabled" }))?;
    }
    Ok(())
}

async fn set_email(old: &str, new: &str, store: &StoreConfig) -> anyhow::Result<()> {
    let (admin, user) = find(old, store).await?;
    let changed = admin.set_email(&user, new).await?;
    if changed.email == user.email {
        return print(&format!("the address is {} already; nothing was changed", user.email));
    }
    print(&format!("changed the address of {} to {}", user.email, changed.email))
}

async fn set_password(email: &str, password: &PasswordSource, store: &StoreConfig) -> anyhow::Result<()> {
    let (admin, user) = find(email, store).await?;
    let ended = admin.waive_password_rules().set_password(&user, &password.read_and_check()?).await?;
    print(&format!("changed the password of {}; ended {}", user.email, counted(ended as u64, "session")))
}

async fn disable(target: &Target) -> anyhow::Result<()> {
    let (admin, user) = find(&target.email, &target.store).await?;
    let ended = admin.disable(&user).await?;
    print(&format!("disabled {}; ended {}", user.email, counted(ended as u64, "session")))
}

async fn enable(target: &Target) -> anyhow::Result<()> {
    let (admin, user) = find(&target.email, &target.store).await?;
    admin.enable(&user).await?;
    print(&format!("enabled {}", user.email))
}

async fn sign_out(target: &Target) -> anyhow::Result<()> {
    let (admin, user) = find(&target.email, &target.store).await?;
    let ended = admin.sign_out(&user).await?;
    print(&format!("signed {} out; ended {}", user.email, counted(ended as u64, "session")))
}

async fn delete(target: &Target) -> anyhow::Result<()> {
    let (admin, user) = find(&target.email, &target.store).await?;
    let ended = admin.delete(&user).await?;
    print(&format!("deleted {}; ended {}", user.email, counted(ended as u64, "session")))
}

async fn find(email: &str, store: &StoreConfig) -> anyhow::Result<(Admin, User)> {
    let admin = open(store).await?;
    let user = admin.find_user(email).await?.with_context(|| format!("there is no account for {email}"))?;
    Ok((admin, user))
}

impl fmt::Debug for PasswordSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordSource").field("password_stdin", &self.password_stdin).finish_non_exhaustive()
    }
}

impl PasswordSource {
    fn read_and_check(&self) -> anyhow::Result<String> {
        let password = self.read()?;
        if let Err(why) = check_new_password(&password) {
            // Only a warning: operators may set passwords that users could not choose.
            let _ = writeln!(
                io::stderr(),
                "latchkey: warning: users could not choose this password, and it is used nevertheless. {why}"
            );
        }
        Ok(password)
    }

    fn read(&self) -> anyhow::Result<String> {
        if self.password.is_some() {
            bail!("a password cannot be an argument, which every user of the machine can see: use --password-stdin");
        }
        let password = if self.password_stdin {
            let mut line = String::new();
            io::stdin().lock().read_line(&mut line).context("cannot read the password from standard input")?;
            line.trim_end_matches(['\r', '\n']).to_owned()
        } else {
            let hint = "cannot prompt for a password without a terminal; use --password-stdin";
            let password = rpassword::prompt_password("Password: ").context(hint)?;
            if rpassword::prompt_password("Repeat password: ").context(hint)? != password {
                bail!("the two passwords differ");
            }
            password
        };
        if password.is_empty() {
            bail!("the password is empty");
        }
        Ok(password)
    }
}
