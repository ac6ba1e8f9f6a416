//! `latchkey migrate`: migrates the database before servers start.

use clap::Args;

use super::print;
use crate::{config::StoreConfig, database::Database};

/// Options of `latchkey migrate`.
#[derive(Debug, Args)]
pub struct MigrateCommand {
    #[command(flatten)]
    store: StoreConfig,
}

pub async fn run(MigrateCommand { store }: MigrateCommand) -> anyhow::Result<()> {
    let database = Database::of(&store)?;
    database.open().await?;
    print(&format!("{database} is up to date"))
}
