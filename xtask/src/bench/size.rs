//! The download of the app: the size of every file as it is sent, and what fills the module.

use super::Measure;
use crate::{build, shell, tools};
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The bytes of the whole download, in brotli.
const TARGET: f64 = 135_000.0;

/// Where the sizes are kept until the next run, so that an experiment shows what it changed.
const LAST: &str = "last-sizes.txt";

pub fn measure() -> Result<Vec<Measure>> {
    let (sizes, file) = (sizes(Path::new("dist"))?, build::target()?.join(LAST));
    let last = fs::read_to_string(&file).unwrap_or_default();
    let last: BTreeMap<_, i64> = last.lines().filter_map(|line| parse(line)).collect();
    println!("\n   brotli  change  file");
    for (name, size) in &sizes {
        let change = last.get(name.as_str()).map_or_else(|| "-".to_owned(), |last| format!("{:+}", size - last));
        println!("{size:9} {change:>7}  {name}");
    }
    let lines: Vec<_> = sizes.iter().map(|(name, size)| format!("{size} {name}\n")).collect();
    fs::write(file, lines.concat())?;

    contents()?;
    let total = sizes.values().map(|size| *size as f64).sum();
    Ok(vec![Measure::at_most("bytes of all files in brotli", total, TARGET)])
}

/// The size of each file as browsers get it, by its name without the hash.
fn sizes(folder: &Path) -> Result<BTreeMap<String, i64>> {
    let mut sizes = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "br" || extension == "gz") {
            continue;
        }
        let compressed = path.with_added_extension("br");
        let sent = if compressed.is_file() { &compressed } else { &path };
        let name = path.file_name().context("a file has a name")?.to_string_lossy().into_owned();
        sizes.insert(without_hash(&name), fs::metadata(sent)?.len().cast_signed());
    }
    Ok(sizes)
}

/// `app-0123456789abcdef_bg.wasm` is `app_bg.wasm`, in every build.
fn without_hash(name: &str) -> String {
    let Some((stem, rest)) = name.rsplit_once('-') else { return name.to_owned() };
    let end = rest.find(|sign: char| !sign.is_ascii_hexdigit()).unwrap_or(rest.len());
    if end == 0 { name.to_owned() } else { format!("{stem}{}", &rest[end..]) }
}

fn parse(line: &str) -> Option<(&str, i64)> {
    let (size, name) = line.split_once(' ')?;
    Some((name, size.parse().ok()?))
}

/// Prints what fills the module as rustc has written it for the release build, with the names of its functions.
fn contents() -> Result<()> {
    let module = build::target()?.join(tools::WASM).join("spa/latchkey-frontend.wasm");
    shell::run(shell::command("cargo run --quiet --package latchkey-shrink --example contents --").arg(module))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_the_same_name_in_every_build() {
        assert_eq!(without_hash("latchkey-frontend-8373bcee4439fc6d_bg.wasm"), "latchkey-frontend_bg.wasm");
        assert_eq!(without_hash("latchkey-frontend-8373bcee4439fc6d.js"), "latchkey-frontend.js");
        assert_eq!(without_hash("index.html"), "index.html");
    }
}
