//! The files in the built app's folder. Links are followed if they stay in the folder: Kubernetes mounts a volume as links into
//! a hidden folder, `..data`. Hidden files are not served, except for `.well-known`.

use std::{
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
};

/// The folder for what a host publishes at fixed paths (RFC 8615).
const WELL_KNOWN: &str = "/.well-known";

/// A file of the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DistFile {
    /// Its path in URLs, such as `/assets/app.js`.
    pub path: String,
    /// Its location in the folder, which may be a link.
    pub file: PathBuf,
    /// The file that is read, within the folder, with all links resolved.
    pub target: PathBuf,
}

/// Every file of a folder that may be served, links resolved, in no particular order.
///
/// # Errors
/// The folder cannot be read.
pub fn files(folder: &Path) -> io::Result<Vec<DistFile>> {
    let root = fs::canonicalize(folder)?;
    let mut entries = Vec::new();
    let mut walk = Walk { root: &root, within: vec![root.clone()], entries: &mut entries };
    walk.folder(folder, "")?;
    Ok(entries)
}

struct Walk<'a> {
    root: &'a Path,
    /// The parent folders with links resolved, to detect cycles.
    within: Vec<PathBuf>,
    entries: &'a mut Vec<DistFile>,
}

impl Walk<'_> {
    fn folder(&mut self, folder: &Path, prefix: &str) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let path = format!("{prefix}/{}", entry.file_name().to_string_lossy());
            if is_hidden(&entry.file_name()) && path != WELL_KNOWN {
                continue;
            }
            let Some(target) = self.target(&entry.path()) else {
                tracing::warn!(
                    path,
                    "a link in the app's folder is not served: it is broken, leads out of the folder or to a hidden file"
                );
                continue;
            };
            let metadata = fs::metadata(&target)?;
            if metadata.is_file() {
                self.entries.push(DistFile { path, file: entry.path(), target });
            } else if metadata.is_dir() && !self.within.contains(&target) {
                self.within.push(target);
                self.folder(&entry.path(), &path)?;
                self.within.pop();
            }
        }
        Ok(())
    }

    /// The target of a path with all links resolved, if it may be served.
    fn target(&self, file: &Path) -> Option<PathBuf> {
        let target = fs::canonicalize(file).ok()?;
        let within = target.strip_prefix(self.root).ok()?;
        let hidden = within.iter().any(|name| is_hidden(name) && !is_volume(name) && name != &WELL_KNOWN[1..]);
        (!hidden).then_some(target)
    }
}

fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

/// The folders of a Kubernetes volume, such as `..data` and `..2026_11_25_20_34_00.123`.
fn is_volume(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b"..")
}

#[cfg(test)]
mod tests;
