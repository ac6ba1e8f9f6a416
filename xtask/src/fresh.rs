//! Whether a built SPA is the one that would be built now: trunk takes seconds to find that out.

use crate::build;
use anyhow::Result;
use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::time::SystemTime;

/// A built SPA.
pub struct Bundle {
    /// Its page, in the folder that it was built into.
    pub page: &'static str,
    /// The note's name in the target folder.
    pub note: &'static str,
    /// All that it is made of, besides what every SPA here is made of.
    pub sources: &'static [&'static str],
}

/// What every SPA here is made of.
const COMMON_SOURCES: &[&str] =
    &[".cargo", "Cargo.lock", "Cargo.toml", "frontend/latchkey-yew", "rust-toolchain.toml", "shared"];

/// Does the work, unless its result is there.
///
/// The note about the last time is a copy of the page, which names every file of the SPA by its hash: so it is seen
/// when `trunk serve` has put another SPA in the same place. It is dated to before the work, for what was saved meanwhile.
pub fn unless_built(bundle: &Bundle, work: fn() -> Result<()>) -> Result<()> {
    let note = build::target()?.join(bundle.note);
    if is_built(bundle, &note).unwrap_or(false) {
        println!("      nothing has changed");
        return Ok(());
    }
    let begun = File::create(&note)?.metadata()?.modified()?;
    work()?;
    fs::copy(bundle.page, &note)?;
    Ok(File::options().write(true).open(&note)?.set_modified(begun)?)
}

fn is_built(bundle: &Bundle, note: &Path) -> io::Result<bool> {
    if fs::read(note)? != fs::read(bundle.page)? {
        return Ok(false);
    }
    let built = fs::metadata(note)?.modified()?;
    // The versions of the tools are in xtask itself.
    let xtask = std::env::current_exe()?;
    for source in COMMON_SOURCES.iter().chain(bundle.sources).map(Path::new).chain([xtask.as_path()]) {
        if newest(source)? >= built {
            return Ok(false);
        }
    }
    Ok(true)
}

/// When a file, or anything in a folder, was last changed.
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
