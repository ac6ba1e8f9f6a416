//! A TCP proxy in front of PostgreSQL, with which a test can interrupt the network.

use std::{
    net::{Ipv4Addr, SocketAddr},
    str::FromStr,
};

use sqlx::postgres::PgConnectOptions;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream, UnixStream},
    sync::watch,
};

/// What happens to the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Pass,
    Swallow,
    Cut,
}

/// A proxy that forwards connections to PostgreSQL until it is told otherwise. It runs on the test's tokio runtime.
#[derive(Debug)]
pub struct Gate {
    /// The URL of the database through the gate.
    pub url: String,
    mode: watch::Sender<Mode>,
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

impl Gate {
    /// Starts a gate in front of the database of a URL.
    ///
    /// # Panics
    /// No port is available.
    pub async fn before(url: &str) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (mode, modes) = watch::channel(Mode::Pass);
        let options = PgConnectOptions::from_str(url).expect("a URL of PostgreSQL");
        let url = at(url, address);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (modes, options) = (modes.clone(), options.clone());
                tokio::spawn(async move {
                    if *modes.borrow() != Mode::Cut
                        && let Some(server) = connect(&options).await
                    {
                        pass(client, server, modes).await;
                    }
                });
            }
        });
        Self { url, mode }
    }

    /// Forwards all bytes.
    pub fn open(&self) {
        self.mode.send_replace(Mode::Pass);
    }

    /// Holds all bytes back and keeps connections open, like a dead network.
    pub fn swallow(&self) {
        self.mode.send_replace(Mode::Swallow);
    }

    /// Closes all connections, and each new one.
    pub fn cut(&self) {
        self.mode.send_replace(Mode::Cut);
    }
}

/// The URL of the same database at another address, with the same user and password.
fn at(url: &str, address: SocketAddr) -> String {
    let (scheme, rest) = url.split_once("://").expect("a URL");
    let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
    let user = authority.rsplit_once('@').map_or("", |(user, _)| user);
    format!("{scheme}://{user}@{address}/{}", database.split('?').next().unwrap_or_default())
}

async fn connect(options: &PgConnectOptions) -> Option<Box<dyn Stream>> {
    match options.get_socket() {
        Some(folder) => {
            let socket = UnixStream::connect(folder.join(format!(".s.PGSQL.{}", options.get_port()))).await;
            socket.ok().map(|socket| Box::new(socket) as _)
        }
        None => {
            let socket = TcpStream::connect((options.get_host(), options.get_port())).await;
            socket.ok().map(|socket| Box::new(socket) as _)
        }
    }
}

async fn pass(client: TcpStream, server: Box<dyn Stream>, modes: watch::Receiver<Mode>) {
    let ((from_client, to_client), (from_server, to_server)) = (tokio::io::split(client), tokio::io::split(server));
    let mut cut = modes.clone();
    tokio::select! {
        () = copy(from_client, to_server, modes.clone()) => {}
        () = copy(from_server, to_client, modes) => {}
        _ = cut.wait_for(|mode| *mode == Mode::Cut) => {}
    }
}

async fn copy(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, mut modes: watch::Receiver<Mode>) {
    let mut buffer = [0; 8192];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        // Bytes that were held back arrive late, as they do when a network recovers.
        if modes.wait_for(|mode| *mode == Mode::Pass).await.is_err() || to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}
