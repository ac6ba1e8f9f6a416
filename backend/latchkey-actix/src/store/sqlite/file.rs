//! The file of a database: its path and its permissions.

use std::{
    fmt, fs, io,
    path::{self, Path},
    str::FromStr,
};

use sqlx::sqlite::SqliteConnectOptions;

use crate::store::StoreError;

/// The database file of a URL such as `sqlite://latchkey.db`. It need not exist.
#[derive(Clone, Debug)]
pub struct SqliteFile(SqliteConnectOptions);

impl FromStr for SqliteFile {
    type Err = StoreError;

    fn from_str(url: &str) -> Result<Self, StoreError> {
        if url.contains(":memory:") || url.contains("mode=memory") {
            return Err(StoreError("a database in memory would be lost when the process ends: name a file".into()));
        }
        Ok(Self(SqliteConnectOptions::from_str(url)?.create_if_missing(false)))
    }
}

impl SqliteFile {
    /// The database file at a path.
    #[must_use]
    pub fn at(path: &Path) -> Self {
        Self(SqliteConnectOptions::new().filename(path).create_if_missing(false))
    }

    /// The path.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.get_filename()
    }

    /// Whether the file does not exist or is empty.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        fs::metadata(self.path()).map_or(true, |metadata| metadata.len() == 0)
    }

    /// Options for connecting to the file; they do not create it.
    #[must_use]
    pub fn options(&self) -> SqliteConnectOptions {
        self.0.clone()
    }

    /// Creates an empty file if it does not exist.
    ///
    /// # Errors
    /// The file cannot be created.
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
    /// The URL with the absolute path, because a relative one depends on the working directory.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = path::absolute(self.path()).unwrap_or_else(|_| self.path().to_owned());
        write!(f, "sqlite://{}", path.display())
    }
}

/// Creates a new, empty file that only its owner can read, because it will hold password hashes and addresses. SQLite creates its other
/// files with the same mode.
///
/// # Errors
/// The file exists, or cannot be created.
pub fn create_private(path: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
