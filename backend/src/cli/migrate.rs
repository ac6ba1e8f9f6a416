//! `latchkey migrate`: for operators who want it done before servers start.

use clap::Args;

use super::print;
use crate::{app, config::StoreConfig};

/// Which database to create or to bring up to date.
#[derive(Debug, Args)]
pub struct MigrateCommand {
    #[command(flatten)]
    store: StoreConfig,
}

pub async fn run(MigrateCommand { store }: MigrateCommand) -> anyhow::Result<()> {
    app::open_store(&store).await?;
    print(&format!("{} is up to date", app::sqlite_file(&store)?))
}
