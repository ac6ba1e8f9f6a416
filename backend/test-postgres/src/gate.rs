//! A TCP proxy in front of PostgreSQL or another server, with which a test can interrupt the network.

use std::{
    net::{Ipv4Addr, SocketAddr},
    str::FromStr,
    time::Duration,
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
    Delay(Duration),
    Swallow,
    Cut,
}

/// A proxy that forwards connections until it is told otherwise. It runs on the test's tokio runtime.
#[derive(Debug)]
pub struct Gate {
    /// The URL of the database through the gate; empty in front of another server.
    pub url: String,
    /// The gate's own address.
    pub address: SocketAddr,
    mode: watch::Sender<Mode>,
}

/// What is behind a gate.
#[derive(Clone, Debug)]
enum Behind {
    Database(Box<PgConnectOptions>),
    Server(SocketAddr),
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

impl Gate {
    /// Starts a gate in front of the database of a URL.
    ///
    /// # Panics
    /// No port is available.
    pub async fn before(url: &str) -> Self {
        let options = PgConnectOptions::from_str(url).expect("a URL of PostgreSQL");
        let gate = Self::start(Behind::Database(Box::new(options))).await;
        Self { url: at(url, gate.address), ..gate }
    }

    /// Starts a gate in front of a server.
    ///
    /// # Panics
    /// No port is available.
    pub async fn before_server(address: SocketAddr) -> Self {
        Self::start(Behind::Server(address)).await
    }

    async fn start(behind: Behind) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (mode, modes) = watch::channel(Mode::Pass);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (modes, behind) = (modes.clone(), behind.clone());
                tokio::spawn(async move {
                    if *modes.borrow() != Mode::Cut
                        && let Some(server) = connect(&behind).await
                    {
                        pass(client, server, modes).await;
                    }
                });
            }
        });
        Self { url: String::new(), address, mode }
    }

    /// Forwards all bytes.
    pub fn open(&self) {
        self.mode.send_replace(Mode::Pass);
    }

    /// Passes everything on, each time after a while.
    pub fn delay(&self, by: Duration) {
        self.mode.send_replace(Mode::Delay(by));
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

async fn connect(behind: &Behind) -> Option<Box<dyn Stream>> {
    let options = match behind {
        Behind::Database(options) => options,
        Behind::Server(address) => return TcpStream::connect(address).await.ok().map(|stream| Box::new(stream) as _),
    };
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
        let passes = modes.wait_for(|mode| matches!(mode, Mode::Pass | Mode::Delay(_))).await.map(|mode| *mode);
        match passes {
            Ok(Mode::Delay(by)) => tokio::time::sleep(by).await,
            Ok(_) => {}
            Err(_) => return,
        }
        if to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}
