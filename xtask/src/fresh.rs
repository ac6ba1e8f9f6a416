//! Skips the build of an SPA whose sources have not changed; trunk itself takes seconds to find that out.

use crate::build;
use anyhow::Result;
use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::time::SystemTime;

/// A built SPA.
pub struct Bundle {
    /// The path of its built `index.html`.
    pub page: &'static str,
    /// The file name of the build's record in the target folder.
    pub note: &'static str,
    /// Its sources, in addition to `COMMON_SOURCES`.
    pub sources: &'static [&'static str],
}

/// The sources that all SPAs of the repository have in common.
const COMMON_SOURCES: &[&str] =
    &[".cargo", "Cargo.lock", "Cargo.toml", "frontend/latchkey-yew", "rust-toolchain.toml", "shared"];

/// Builds an SPA with `build`, unless its sources are older than the last build.
///
/// The record of the last build is a copy of the page, which names every file of the SPA by its hash, so a build that
/// another command put into the same folder is detected. The record's time is that of the build's start, so that a source
/// that was saved during the build counts as newer.
pub fn unless_built(bundle: &Bundle, build: fn() -> Result<()>) -> Result<()> {
    let note = build::target()?.join(bundle.note);
    if is_built(bundle, &note).unwrap_or(false) {
        println!("      nothing has changed");
        return Ok(());
    }
    let started = File::create(&note)?.metadata()?.modified()?;
    build()?;
    fs::copy(bundle.page, &note)?;
    Ok(File::options().write(true).open(&note)?.set_modified(started)?)
}

fn is_built(bundle: &Bundle, note: &Path) -> io::Result<bool> {
    if fs::read(note)? != fs::read(bundle.page)? {
        return Ok(false);
    }
    let built = fs::metadata(note)?.modified()?;
    // xtask is a source too: it pins the versions of the tools.
    let xtask = std::env::current_exe()?;
    for source in COMMON_SOURCES.iter().chain(bundle.sources).map(Path::new).chain([xtask.as_path()]) {
        if newest(source)? >= built {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The latest modification time of a file, or of a folder with everything in it.
fn newest(path: &Path) -> io::Result<SystemTime> {
    let metadata = fs::metadata(path)?;
    let mut newest_yet = metadata.modified()?;
    if metadata.is_dir() {
        for entry in fs::read_dir(path)? {
            newest_yet = newest_yet.max(newest(&entry?.path())?);
        }
    }
    Ok(newest_yet)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_folder_is_as_new_as_the_newest_within() {
        let folder = std::env::temp_dir().join(format!("xtask-{}", std::process::id()));
        fs::create_dir_all(folder.join("a/b")).unwrap();
        let file = File::create(folder.join("a/b/c")).unwrap();
        let later = file.metadata().unwrap().modified().unwrap() + Duration::from_secs(60);
        file.set_modified(later).unwrap();
        assert_eq!(newest(&folder).unwrap(), later);
        fs::remove_dir_all(&folder).unwrap();
    }
}
