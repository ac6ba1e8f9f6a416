//! The files of an app, in the folder that Trunk has built.

use crate::{module, script};
use anyhow::{Context, Result, ensure};
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::Path;

const PAGE: &str = "index.html";
const MODULE: &str = "_bg.wasm";

/// Shrinks the app's module and its script, and gives both a new hash in their names: browsers keep what has the same name.
pub fn shrink(folder: &Path) -> Result<()> {
    let name = name(folder)?;
    let file = |name: &str, end: &str| folder.join(format!("{name}{end}"));
    let (module, imports) = module::shrink(&fs::read(file(&name, MODULE))?)?;
    let script = script::shrink(&fs::read_to_string(file(&name, ".js"))?, &imports)?;

    let (stem, _) = name.rsplit_once('-').context("Trunk writes a hash into the names")?;
    let mut hasher = DefaultHasher::new();
    hasher.write(&module);
    hasher.write(&script);
    let new_name = format!("{stem}-{:016x}", hasher.finish());

    let page = fs::read_to_string(folder.join(PAGE))?;
    ensure!(page.contains(&name), "the page does not load the app");
    fs::write(file(&new_name, MODULE), module)?;
    fs::write(file(&new_name, ".js"), script)?;
    fs::write(folder.join(PAGE), page.replace(&name, &new_name))?;
    fs::remove_file(file(&name, MODULE))?;
    Ok(fs::remove_file(file(&name, ".js"))?)
}

/// What the names of the app's module and of its script begin with.
fn name(folder: &Path) -> Result<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let name = entry?.file_name();
        names.extend(name.to_str().and_then(|name| name.strip_suffix(MODULE)).map(str::to_owned));
    }
    ensure!(names.len() == 1, "there is not one app in {}, but {}", folder.display(), names.len());
    Ok(names.remove(0))
}
