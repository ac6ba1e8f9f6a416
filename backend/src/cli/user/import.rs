//! `latchkey user import`.

use std::{
    collections::HashMap,
    fs::File,
    io::{self, BufRead, BufReader, Read, Write},
    path::PathBuf,
};

use anyhow::{Context, bail};
use clap::Args;
use latchkey_actix::{
    Admin, ImportError, NewUser, Timestamp,
    clock::{Clock, SystemClock},
};

use super::{create_if_missing, user_line};
use crate::{
    cli::{counted, open, print},
    config::StoreConfig,
    database::Database,
};

/// Longest line, in bytes.
const MAX_LINE: u64 = 16 * 1024;

/// Most users in one file, which are all kept in memory.
const MAX_USERS: usize = 1_000_000;

/// Most errors that are listed.
const MAX_ERRORS: usize = 20;

/// Options of `latchkey user import`.
#[derive(Debug, Args)]
pub struct ImportCommand {
    /// The file; `-` is standard input.
    file: PathBuf,

    /// Leave users out whose e-mail address has an account. Otherwise such a user is an error, and no user is added.
    #[arg(long)]
    skip_existing: bool,

    /// Create the database if it does not exist.
    #[arg(long)]
    create: bool,

    #[command(flatten)]
    store: StoreConfig,
}

/// Users with the numbers of their lines, and what is wrong with other lines.
struct Reading {
    now: Timestamp,
    users: Vec<(usize, NewUser)>,
    errors: Vec<(usize, String)>,
    /// The line of each address and id.
    seen: HashMap<String, usize>,
}

pub async fn run(command: ImportCommand) -> anyhow::Result<()> {
    let ImportCommand { file, skip_existing, create, store } = command;
    let mut reading = Reading::at(SystemClock.now());
    if file.as_os_str() == "-" {
        reading.read(io::stdin().lock()).context("cannot read standard input")?;
    } else {
        let opened = File::open(&file).and_then(|file| reading.read(BufReader::new(file)));
        opened.with_context(|| format!("cannot read {}", file.display()))?;
    }
    // Checked before a database is created for a file that is no list of users.
    reading.check()?;
    if create {
        create_if_missing(&store).await?;
    }
    let database = Database::of(&store)?;
    let admin = open(&store).await?;
    let skipped = reading.remove_existing(&admin, skip_existing).await?;
    reading.check()?;
    if reading.users.is_empty() && skipped == 0 {
        let _ = writeln!(io::stderr(), "latchkey: warning: there is no user in {}", file.display());
    }
    let (lines, users): (Vec<_>, Vec<_>) = reading.users.into_iter().unzip();
    let (number, without) = (users.len(), users.iter().filter(|user| user.has_no_password()).count());
    if let Err(ImportError { added, cause, .. }) = admin.import(users).await {
        let next = lines.get(added).copied().unwrap_or_default();
        let added = counted(added as u64, "user");
        return Err(anyhow::Error::from(cause).context(format!(
            "imported {added}, and none from line {next} on; after the cause is mended, --skip-existing continues"
        )));
    }
    print(&format!("imported {} into {database}", counted(number as u64, "user")))?;
    if skipped > 0 {
        print(&format!("skipped {}, whose addresses have accounts", counted(skipped, "user")))?;
    }
    if without > 0 {
        print(&format!("{} without a password: `latchkey user invite`", counted(without as u64, "user")))?;
    }
    Ok(())
}

impl Reading {
    fn at(now: Timestamp) -> Self {
        Self { now, users: Vec::new(), errors: Vec::new(), seen: HashMap::new() }
    }

    /// Reads all lines. Blank ones are skipped.
    fn read(&mut self, mut input: impl BufRead) -> io::Result<()> {
        let mut line = Vec::new();
        for number in 1.. {
            line.clear();
            if input.by_ref().take(MAX_LINE + 1).read_until(b'\n', &mut line)? == 0 {
                break;
            }
            if line.len() as u64 > MAX_LINE {
                self.errors.push((number, "longer than 16 KiB".into()));
                break;
            }
            if self.users.len() == MAX_USERS {
                self.errors.push((number, "more than a million users: split the file".into()));
                break;
            }
            match std::str::from_utf8(&line) {
                Ok(text) => {
                    let text = text.trim_start_matches('\u{feff}').trim();
                    if !text.is_empty() {
                        self.add(number, text);
                    }
                }
                Err(_) => self.errors.push((number, "not UTF-8".into())),
            }
        }
        Ok(())
    }

    fn add(&mut self, number: usize, text: &str) {
        let user = match user_line::parse(text, self.now) {
            Ok(user) => user,
            Err(error) => return self.errors.push((number, error.to_string())),
        };
        let keys = [Some(user.email().to_owned()), user.id().map(|id| format!("id {}", id.0))];
        for key in keys.into_iter().flatten() {
            if let Some(before) = self.seen.insert(key, number) {
                self.errors.push((number, format!("the same e-mail address or id as in line {before}")));
            }
        }
        self.users.push((number, user));
    }

    /// Removes users who are in the store, if they are to be skipped; otherwise they are errors. Returns how many were removed.
    async fn remove_existing(&mut self, admin: &Admin, skip: bool) -> anyhow::Result<u64> {
        let mut skipped = 0;
        for (number, user) in std::mem::take(&mut self.users) {
            if admin.find_user(user.email()).await?.is_none() {
                self.users.push((number, user));
            } else if skip {
                skipped += 1;
            } else {
                let hint = "there is an account for this e-mail address already (--skip-existing leaves it as it is)";
                self.errors.push((number, hint.into()));
            }
        }
        Ok(skipped)
    }

    /// Fails if a line is wrong, and lists the first of those that are.
    fn check(&self) -> anyhow::Result<()> {
        if self.errors.is_empty() {
            return Ok(());
        }
        let mut list = Vec::new();
        for (number, error) in self.errors.iter().take(MAX_ERRORS) {
            writeln!(list, "  line {number}: {error}")?;
        }
        if self.errors.len() > MAX_ERRORS {
            writeln!(list, "  and {} more", self.errors.len() - MAX_ERRORS)?;
        }
        bail!("no user was imported:\n{}", String::from_utf8_lossy(&list).trim_end())
    }
}
