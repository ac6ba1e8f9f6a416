//! A temporary file beside its destination.

use std::{
    ffi::OsString,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use super::{BackupError, Existing};
use crate::domain::public_id::public_id;
use crate::store::sqlite::file::{SqliteFile, create_private};

/// Suffixes of the files that SQLite may keep beside a database.
const COMPANIONS: [&str; 3] = ["-journal", "-wal", "-shm"];

/// A hidden temporary file with a unique name. It is removed when dropped, unless it has been published.
#[derive(Debug)]
pub struct Partial(PathBuf);

impl Partial {
    /// Creates an empty file in the folder of the destination. Only its owner can read it.
    pub fn beside(destination: &Path) -> Result<Self, BackupError> {
        let mut name = OsString::from(".");
        name.push(destination.file_name().unwrap_or_default());
        name.push(format!(".{}.part", public_id()));
        let path = destination.with_file_name(name);
        create_private(&path).map_err(|error| BackupError::Io(destination.into(), error))?;
        Ok(Self(path))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The file as a database.
    pub fn file(&self) -> SqliteFile {
        SqliteFile::at(&self.0)
    }

    /// Flushes the file to the disk and gives it the destination's name. Returns its length in bytes.
    pub fn publish(self, destination: &Path, existing: Existing) -> Result<u64, BackupError> {
        self.rename(destination, existing).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => BackupError::Exists(destination.into()),
            _ => BackupError::Io(destination.into(), error),
        })
    }

    fn rename(&self, destination: &Path, existing: Existing) -> io::Result<u64> {
        let file = File::open(&self.0)?;
        file.sync_all()?;
        match existing {
            Existing::Replace => fs::rename(&self.0, destination)?,
            // Unlike a rename, a hard link fails if the destination exists.
            Existing::Keep => fs::hard_link(&self.0, destination)?,
        }
        let folder = destination.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()?;
        Ok(file.metadata()?.len())
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // Fails if the file has been renamed, which is fine.
        let _ = fs::remove_file(&self.0);
        remove_companions(&self.0);
    }
}

/// Removes the files that SQLite may have left beside a database.
pub fn remove_companions(path: &Path) {
    for companion in COMPANIONS {
        let mut name = path.as_os_str().to_owned();
        name.push(companion);
        let _ = fs::remove_file(name);
    }
}
