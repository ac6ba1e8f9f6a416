//! `latchkey compress`: compresses the app's files once, so that servers need not at each start.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use latchkey_actix::compress_spa;

/// Options of `latchkey compress`.
#[derive(Debug, Args)]
pub struct CompressCommand {
    /// The folder with the built app.
    #[arg(env = "LATCHKEY_DIST", default_value = "dist")]
    dist: PathBuf,
}

pub fn run(CompressCommand { dist }: &CompressCommand) -> anyhow::Result<()> {
    compress_spa(dist).with_context(|| format!("cannot compress '{}'", dist.display()))
}
