//! `latchkey compress`: the work that every start of a server would do again.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use latchkey_actix::compress_spa;

/// What to compress.
#[derive(Debug, Args)]
pub struct CompressCommand {
    /// The folder with the built app.
    #[arg(env = "LATCHKEY_DIST", default_value = "dist")]
    dist: PathBuf,
}

pub fn run(CompressCommand { dist }: &CompressCommand) -> anyhow::Result<()> {
    compress_spa(dist).with_context(|| format!("cannot compress '{}'", dist.display()))
}
