//! Listening sockets: TCP on the addresses of a host, or a Unix socket.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    os::unix::net::UnixListener,
    path::PathBuf,
};

use tokio::net::TcpSocket;

use super::{
    listen_address::ListenAddress,
    unix_socket::{self, SocketFile},
};

/// How many connections the kernel accepts before a worker does.
pub const BACKLOG: u32 = 1024;

/// A socket that listens.
pub enum Listener {
    /// On a port.
    Tcp(TcpListener),
    /// On a socket file.
    Unix(UnixListener),
}

/// The listening sockets of a server, and where they are.
#[derive(Default)]
pub struct Listeners {
    /// The sockets.
    pub sockets: Vec<Listener>,
    /// The addresses of those on a port.
    pub addresses: Vec<SocketAddr>,
    /// The socket files, which are removed when this is dropped.
    pub files: Vec<SocketFile>,
}

impl Listeners {
    /// Listens at every address of a list. Of the addresses of one host, those that this machine does not have, such as IPv6 ones, are
    /// skipped if another one exists.
    ///
    /// # Errors
    /// An address is in use or not permitted, or a host has none on this machine. The error names the address.
    pub fn bind(listen: &[ListenAddress], socket_mode: u32) -> io::Result<Self> {
        let mut listeners = Self::default();
        for address in listen {
            let bound = match address.path() {
                Some(path) => listeners.add_file(path.into(), socket_mode),
                None => listeners.add_ports(address.addresses()),
            };
            bound.map_err(|error| io::Error::new(error.kind(), format!("cannot listen on {address}: {error}")))?;
        }
        Ok(listeners)
    }

    fn add_ports(&mut self, addresses: &[SocketAddr]) -> io::Result<()> {
        for socket in bind(addresses)? {
            self.addresses.push(socket.local_addr()?);
            self.sockets.push(Listener::Tcp(socket));
        }
        Ok(())
    }

    fn add_file(&mut self, path: PathBuf, mode: u32) -> io::Result<()> {
        let (socket, file) = unix_socket::listen(path, mode)?;
        self.sockets.push(Listener::Unix(socket));
        self.files.push(file);
        Ok(())
    }
}

/// Binds all addresses of a host. Those that this machine does not have, such as IPv6 ones, are skipped if another one exists.
fn bind(addresses: &[SocketAddr]) -> io::Result<Vec<TcpListener>> {
    let mut listeners: Vec<TcpListener> = Vec::new();
    let mut missing = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for address in addresses {
        let mut address = *address;
        if let (0, Some(first)) = (address.port(), listeners.first()) {
            address.set_port(first.local_addr()?.port());
        }
        match listen(address) {
            Ok(listener) => listeners.push(listener),
            Err(error) if is_missing(&error) => missing = error,
            Err(error) => return Err(error),
        }
    }
    if listeners.is_empty() { Err(missing) } else { Ok(listeners) }
}

fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::AddrNotAvailable | io::ErrorKind::Unsupported)
        || error.raw_os_error() == Some(rustix::io::Errno::AFNOSUPPORT.raw_os_error())
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)?.into_std()
}
