//! `latchkey user export`.

use std::{
    fs::{self, OpenOptions},
    io::{self, BufWriter, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use anyhow::Context;
use clap::Args;
use latchkey_actix::store::Account;

use super::user_line::UserLine;
use crate::{
    cli::{counted, open, print},
    config::StoreConfig,
};

/// Options of `latchkey user export`.
#[derive(Debug, Args)]
pub struct ExportCommand {
    /// The file, which must not exist; only its owner can read it. `-` is standard output.
    #[arg(default_value = "-")]
    file: PathBuf,

    #[command(flatten)]
    store: StoreConfig,
}

pub async fn run(ExportCommand { file, store }: ExportCommand) -> anyhow::Result<()> {
    let accounts = open(&store).await?.export().await?;
    if file.as_os_str() == "-" {
        return write(io::stdout().lock(), &accounts).context("cannot write to standard output");
    }
    write_file(&file, &accounts).with_context(|| format!("cannot write {}", file.display()))?;
    print(&format!("exported {} to {}", counted(accounts.len() as u64, "user"), file.display()))
}

fn write_file(path: &Path, accounts: &[Account]) -> io::Result<()> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    let written = write(&file, accounts).and_then(|()| file.sync_all());
    if written.is_err() {
        // Half a list would pass for a whole one.
        let _ = fs::remove_file(path);
    }
    written
}

fn write(output: impl Write, accounts: &[Account]) -> io::Result<()> {
    let mut output = BufWriter::new(output);
    for account in accounts {
        serde_json::to_writer(&mut output, &UserLine::from(account))?;
        output.write_all(b"\n")?;
    }
    output.flush()
}
