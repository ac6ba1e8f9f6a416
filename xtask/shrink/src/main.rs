//! Makes the files of a Yew app that Trunk has built smaller: `latchkey-shrink FOLDER`. wasm-bindgen gives every function that the
//! app imports a name that ends in 16 hexadecimal digits, which no compression can shorten, and Trunk leaves its JavaScript as it is.

mod app;
mod module;
mod script;

use anyhow::{Context, Result};
use std::path::Path;

fn main() -> Result<()> {
    let folder = std::env::args_os().nth(1).context("the argument is the folder that Trunk has built")?;
    app::shrink(Path::new(&folder))
}
