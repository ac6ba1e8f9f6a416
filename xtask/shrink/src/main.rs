//! Makes the files of a Yew app that Trunk has built smaller: `latchkey-shrink FOLDER LIST`. wasm-bindgen gives long names to what the
//! app imports and exports, many with a hash, which no compression can shorten, and Trunk leaves its JavaScript as it is. The
//! functions of the list, which no first load needs, are split from the module.
//!
//! `latchkey-shrink --record FOLDER` makes the app report the functions that it runs instead. The list is made of what was reported:
//! `latchkey-shrink --list FOLDER LIST` reads the paths of pages and the reports, one in each line, and writes the list. In both
//! cases the module must have the names of its functions.

mod app;
mod module;
mod names;
mod record;
mod rest_list;
mod script;
mod split;

use anyhow::{Context, Result};
use std::path::Path;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["--record", folder] => app::record(Path::new(folder)),
        ["--list", folder, list] => app::list(Path::new(folder), Path::new(list), std::io::stdin().lock()),
        [folder, list] => app::shrink(Path::new(folder), Path::new(list)),
        _ => None.context("the arguments are the folder that Trunk has built, and the list of the rest's functions"),
    }
}
