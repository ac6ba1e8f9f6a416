//! The file of a database: where it is, and who may read it.

use std::{
    fmt, fs, io,
    path::{self, Path},
    str::FromStr,
};

use sqlx::sqlite::SqliteConnectOptions;

use crate::store::StoreError;

/// The file that an URL such as `sqlite://latchkey.db` names.
#[derive(Clone, Debug)]
pub struct SqliteFile(SqliteConnectOptions);

impl FromStr for SqliteFile {
    type Err = StoreError;

    fn from_str(url: &str) -> Result<Self, StoreError> {
        if url.contains(":memory:") || url.contains("mode=memory") {
            return Err(StoreError("a database in memory would be lost with the process: name a file".into()));
        }
        Ok(Self(SqliteConnectOptions::from_str(url)?.create_if_missing(false)))
    }
}

impl SqliteFile {
    /// The file at a path.
    #[must_use]
    pub fn at(path: &Path) -> Self {
        Self(SqliteConnectOptions::new().filename(path).create_if_missing(false))
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.get_filename()
    }

    /// Whether there is nothing at its path, or a file that nobody has written to yet.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        fs::metadata(self.path()).map_or(true, |metadata| metadata.len() == 0)
    }

    /// How to connect to it, if it is there.
    #[must_use]
    pub fn options(&self) -> SqliteConnectOptions {
        self.0.clone()
    }

    /// Makes an empty file where there is none.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn create(&self) -> Result<(), StoreError> {
        match create_private(self.path()) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                Err(StoreError(format!("unable to open database file: {error}").into()))
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Display for SqliteFile {
    /// The URL, with the whole path: what a relative one means depends on where a command is run.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = path::absolute(self.path()).unwrap_or_else(|_| self.path().to_owned());
        write!(f, "sqlite://{}", path.display())
    }
}

/// Makes a new, empty file that only its owner can read: it will hold hashes and addresses. SQLite gives its other files the
/// same mode.
///
/// # Errors
/// There is a file already, or none can be made.
pub fn create_private(path: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
