//! What no proper client does: connections that are reset, and files looked into behind a database's back.

use std::time::{Duration, Instant};

use tokio::{io::AsyncWriteExt, net::TcpStream};

use super::TestApp;

/// Sends a request with a JSON body, and resets the connection before the answer.
pub async fn send_and_reset(app: &TestApp, method: &str, path: &str, cookie: &str, body: &str) {
    let mut stream = TcpStream::connect(app.url.strip_prefix("http://").unwrap()).await.unwrap();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
    // Different clients give up at different moments.
    tokio::task::yield_now().await;
    stream.set_zero_linger().unwrap();
}

/// Waits until something is so.
#[expect(clippy::disallowed_methods, reason = "what is in flight ends by real time")]
pub async fn eventually(mut is_so: impl AsyncFnMut() -> bool) {
    let begin = Instant::now();
    while !is_so().await {
        assert!(begin.elapsed() < Duration::from_secs(20), "waited in vain");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

impl TestApp {
    /// How many transactions were committed to the write-ahead log since it began: each is a wait for the disk.
    pub fn commits(&self) -> usize {
        let log = std::fs::read(self.folder.path().join("test.db-wal")).unwrap();
        let number = |at: usize| u32::from_be_bytes(log[at..at + 4].try_into().unwrap());
        let (page_size, salts) = (number(8) as usize, [number(16), number(20)]);
        // A frame's head is 24 bytes; its second number is the size of the database if it ends a transaction. Frames with
        // other salts are left over from before the log began anew.
        let frames = (32..).step_by(24 + page_size).take_while(|at| at + 24 + page_size <= log.len());
        let current = frames.take_while(|at| [number(at + 8), number(at + 12)] == salts);
        current.filter(|at| number(at + 4) != 0).count()
    }
}
