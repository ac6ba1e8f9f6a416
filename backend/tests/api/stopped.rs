//! A process that was suspended, by SIGSTOP or in a frozen container, answers nothing from its outdated cache.

use std::{
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use crate::{
    command_line::succeed,
    support::{Client, EMAIL, PASSWORD},
};

const SESSIONS: usize = 20;

/// The real binary, which is killed when this is dropped.
struct Server(Child);

impl Server {
    fn signal(&self, name: &str) {
        let pid = self.0.id().to_string();
        assert!(Command::new("kill").args([name, &pid]).status().unwrap().success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[actix_web::test]
async fn a_session_that_ended_while_the_process_was_suspended_is_not_answered_from_the_cache() {
    let folder = tempfile::tempdir().unwrap();
    succeed(&folder, &["user", "add", EMAIL, "--create", "--password-stdin"], PASSWORD);
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut serve = Command::new(env!("CARGO_BIN_EXE_latchkey"));
    let serve = serve.args(["serve", "--login-rate", "0", "--listen", &address.to_string()]).current_dir(&folder);
    let server = Server(serve.stderr(Stdio::null()).spawn().unwrap());
    while TcpStream::connect(address).is_err() {
        thread::sleep(Duration::from_millis(10));
    }

    let (http, url) = (reqwest::Client::new(), format!("http://{address}"));
    let mut clients = Vec::new();
    for _ in 0..SESSIONS {
        let mut client = Client::new(&http, &url, None);
        assert_eq!(client.log_in().await.status, 200);
        assert_eq!(client.verify().await.status, 200);
        clients.push(client);
    }

    server.signal("-STOP");
    succeed(&folder, &["user", "sign-out", EMAIL], "");
    thread::sleep(Duration::from_millis(1100));
    let checks = clients.iter_mut().map(Client::verify);
    let resume = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        server.signal("-CONT");
    };
    let (answers, ()) = tokio::join!(futures_util::future::join_all(checks), resume);
    let statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [401; SESSIONS]);
}
