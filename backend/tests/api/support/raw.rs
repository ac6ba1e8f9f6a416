//! Low-level tests' tools: reset connections, and the database's files.

use std::time::{Duration, Instant};

use tokio::{io::AsyncWriteExt, net::TcpStream};

use super::TestApp;

/// Sends a request with a JSON body, and resets the connection after some time, answered or not.
pub async fn send_and_reset(app: &TestApp, request: &str, cookie: &str, body: &str, after: Duration) {
    let mut stream = TcpStream::connect(app.url.strip_prefix("http://").unwrap()).await.unwrap();
    let head = format!(
        "{request} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
    tokio::time::sleep(after).await;
    stream.set_zero_linger().unwrap();
}

/// Waits until a condition holds.
#[expect(clippy::disallowed_methods, reason = "what is in flight ends by real time")]
pub async fn eventually(mut is_so: impl AsyncFnMut() -> bool) {
    let begin = Instant::now();
    while !is_so().await {
        assert!(begin.elapsed() < Duration::from_secs(60), "timed out waiting");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

impl TestApp {
    /// The number of transactions in the write-ahead log. Each commit waits for the disk.
    pub fn commits(&self) -> usize {
        let log = std::fs::read(self.folder.path().join("test.db-wal")).unwrap();
        let number = |at: usize| u32::from_be_bytes(log[at..at + 4].try_into().unwrap());
        let (page_size, salts) = (number(8) as usize, [number(16), number(20)]);
        // A frame's header has 24 bytes; its second number is not zero if the frame commits a transaction. Frames with other salts are
        // left over from before the log was reset.
        let frames = (32..).step_by(24 + page_size).take_while(|at| at + 24 + page_size <= log.len());
        let current = frames.take_while(|at| [number(at + 8), number(at + 12)] == salts);
        current.filter(|at| number(at + 4) != 0).count()
    }
}
