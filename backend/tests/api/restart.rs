//! Starting and stopping the real binary, also several at once.

use std::{
    io::{Read, Write},
    net::TcpStream,
    os::unix::process::ExitStatusExt,
    path::Path,
    thread,
    time::Duration,
};

use latchkey_shared::api;
use reqwest::Method;

use crate::{
    command_line::{binary_by, succeed},
    support::{TestApp, database::Database, program::Program},
};

#[actix_web::test]
async fn concurrent_first_starts_all_succeed() {
    for _ in 0..2 {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::missing(folder.path()).await;
        let flags = ["--database-url", &database.url];
        thread::scope(|scope| {
            let starts: Vec<_> = (0..10).map(|_| scope.spawn(|| Program::start(folder.path(), &flags))).collect();
            let words = ["user", "add", "a@b", "--create", "--password-stdin", flags[0], flags[1]];
            succeed(&folder, &words, "x\n");
            for start in starts {
                assert!(start.join().unwrap().log().contains("serving"));
            }
        });
    }
}

/// Starts a server that hang-ups stop, even if the tests themselves were started by `nohup`.
fn start_with_hang_ups(folder: &Path, flags: &[&str]) -> Program {
    Program::spawn(binary_by(&["env", "--default-signal=HUP"]), folder, flags)
}

#[test]
fn one_signal_stops_the_server_gracefully_and_a_second_one_at_once() {
    let folder = tempfile::tempdir().unwrap();
    for (signals, code) in [(["INT", "INT"], 130), (["TERM", "INT"], 130), (["INT", "TERM"], 143)] {
        let mut program = Program::start(folder.path(), &["--shutdown-delay", "60s"]);
        program.signal(signals[0]);
        program.says("stopping");
        program.signal(signals[1]);
        assert_eq!(program.ended().code(), Some(code));
    }
    for signal in ["TERM", "INT", "HUP"] {
        let mut program =
            start_with_hang_ups(folder.path(), &["--listen", "unix:s", "--public-url", "https://app.example"]);
        assert!(folder.path().join("s").exists());
        program.signal(signal);
        let ended = program.ended();
        assert!(ended.success() && ended.signal().is_none(), "{signal}: {ended:?}");
        program.says(&format!("signal=SIG{signal}"));
        assert!(!folder.path().join("s").exists(), "{signal}: the socket's file is removed");
    }
}

/// A terminal that is closed may send several: the kernel's to its group, and the shell's to its jobs.
#[test]
fn a_repeated_hang_up_cuts_no_request_off() {
    let folder = tempfile::tempdir().unwrap();
    for first in ["HUP", "INT"] {
        let mut program = start_with_hang_ups(folder.path(), &["--shutdown-delay", "60s"]);
        program.signal(first);
        program.says("stopping");
        program.signal("HUP");
        program.signal("HUP");
        // Answered one after the other: a process that was to end at a hang-up would not come to this signal.
        std::thread::sleep(Duration::from_millis(200));
        assert!(program.is_running());
        program.signal("TERM");
        assert_eq!(program.ended().code(), Some(143));
    }
}

#[test]
fn a_server_that_was_started_to_outlive_its_terminal_does() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::start_after("trap '' HUP", folder.path(), &[]);
    program.signal("HUP");
    program.signal("TERM");
    assert!(program.ended().success());
    program.says("signal=SIGTERM");
    assert!(!program.log().contains("SIGHUP"), "{}", program.log());
}

/// A proxy that sends the next request while the server closes the connection could not repeat a mutation.
#[test]
fn while_the_server_stops_each_answer_is_the_last_one_of_its_connection() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path(), &["--shutdown-delay", "60s"]);
    let mut connection = TcpStream::connect(program.address).unwrap();
    connection.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let request = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
    connection.write_all(request).unwrap();
    let mut answer = [0; 4096];
    let length = connection.read(&mut answer).unwrap();
    let first = String::from_utf8_lossy(&answer[..length]).to_lowercase();
    assert!(first.starts_with("http/1.1 200") && !first.contains("connection: close"), "{first}");
    program.signal("TERM");
    program.says("stopping");
    connection.write_all(request).unwrap();
    let mut last = String::new();
    connection.read_to_string(&mut last).unwrap();
    assert!(last.starts_with("HTTP/1.1 200") && last.to_lowercase().contains("connection: close"), "{last}");
}

#[actix_web::test]
async fn event_streams_end_last_when_the_server_stops() {
    let app = TestApp::start().await;
    let client = app.signed_in().await;
    let mut stream = client.request(Method::GET, api::SESSION_EVENTS).send().await.unwrap();
    let mut begun = Vec::new();
    while !begun.ends_with(b"data: {\"user_version\":1}\n\n") {
        begun.extend(stream.chunk().await.unwrap().unwrap());
    }

    // A request whose body has not arrived completely.
    let mut slow = TcpStream::connect(app.url.strip_prefix("http://").unwrap()).unwrap();
    slow.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    write!(
        slow,
        "POST {} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{{",
        api::LOGIN
    )
    .unwrap();
    tokio::time::timeout(Duration::from_secs(10), async {
        while app.requests_in_flight() == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .unwrap();

    let stop = app.stop();
    tokio::pin!(stop);
    tokio::select! {
        () = &mut stop => panic!("the server did not wait for the request"),
        _ = stream.chunk() => panic!("the stream ended before the request was answered"),
        () = tokio::time::sleep(Duration::from_millis(500)) => {}
    }
    slow.write_all(b"}").unwrap();
    let answered = actix_web::rt::task::spawn_blocking(move || {
        let mut answer = String::new();
        slow.read_to_string(&mut answer).map(|_| answer)
    });
    let ((), ended, answer) = tokio::join!(stop, stream.chunk(), answered);
    assert_eq!(ended.unwrap(), None);
    assert!(answer.unwrap().unwrap().starts_with("HTTP/1.1 422"));
}
