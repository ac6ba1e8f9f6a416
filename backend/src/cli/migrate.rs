//! `latchkey migrate`: migrates the database before servers start.

use clap::Args;

use super::print;
use crate::{
    config::StoreConfig,
    database::{open_store, sqlite_file},
};

/// Options of `latchkey migrate`.
#[derive(Debug, Args)]
pub struct MigrateCommand {
    #[command(flatten)]
    store: StoreConfig,
}

pub async fn run(MigrateCommand { store }: MigrateCommand) -> anyhow::Result<()> {
    open_store(&store).await?;
    print(&format!("{} is up to date", sqlite_file(&store)?))
}
