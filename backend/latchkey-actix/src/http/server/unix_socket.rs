//! A Unix socket: its file is made with the mode that says who may connect, and is removed when the server stops. A file that a killed
//! server left behind is replaced; one on which a process listens is not.

use std::{
    fs::{self, File, Permissions},
    io,
    os::unix::{
        fs::{FileTypeExt, MetadataExt, PermissionsExt},
        net::UnixListener,
    },
    path::{Path, PathBuf},
};

use rustix::{
    io::{Errno, ioctl_fionbio},
    net::{AddressFamily, SocketAddrUnix, SocketType, connect, socket},
};
use tokio::net::UnixSocket;

use super::listener::BACKLOG;

/// A socket's file. Dropping it removes the file, unless another server has put its own there meanwhile.
#[derive(Debug)]
pub struct SocketFile {
    path: PathBuf,
    /// The device and the number of the file.
    id: (u64, u64),
}

impl SocketFile {
    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn of(path: PathBuf) -> io::Result<Self> {
        let id = id(&path)?;
        Ok(Self { path, id })
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        if id(&self.path).is_ok_and(|id| id == self.id) {
            // If it cannot be removed, the next server replaces it.
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn id(path: &Path) -> io::Result<(u64, u64)> {
    let file = fs::symlink_metadata(path)?;
    Ok((file.dev(), file.ino()))
}

/// Listens on a socket file with a mode.
///
/// # Errors
/// A process listens on it, another kind of file is there, or the file cannot be made.
pub fn listen(path: PathBuf, mode: u32) -> io::Result<(UnixListener, SocketFile)> {
    let _turn = take_turn(&path);
    remove_abandoned(&path)?;
    let socket = UnixSocket::new_stream()?;
    socket.bind(&path)?;
    let file = SocketFile::of(path)?;
    // Nobody can connect before it listens, so nobody can use the mode that the file was made with.
    fs::set_permissions(&file.path, Permissions::from_mode(mode))?;
    Ok((socket.listen(BACKLOG)?.into_std()?, file))
}

/// Waits until no other server is at this in the same folder: of two that find an abandoned file, the second would remove what the first
/// has put in its place. `None` where folders cannot be locked.
fn take_turn(path: &Path) -> Option<File> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = File::open(folder).ok()?;
    folder.lock().ok()?;
    Some(folder)
}

/// Removes a socket's file on which nobody listens.
fn remove_abandoned(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(file) if file.file_type().is_socket() => {}
        Ok(_) => return Err(io::Error::new(io::ErrorKind::AlreadyExists, "a file that is not a socket is there")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    }
    // Does not wait: the queue of a process that has stopped accepting can be full.
    let probe = socket(AddressFamily::UNIX, SocketType::STREAM, None)?;
    ioctl_fionbio(&probe, true)?;
    match connect(&probe, &SocketAddrUnix::new(path)?) {
        Err(Errno::CONNREFUSED) => fs::remove_file(path),
        Ok(()) | Err(Errno::AGAIN) => {
            Err(io::Error::new(io::ErrorKind::AddrInUse, "it is in use: another process listens on it"))
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests;
