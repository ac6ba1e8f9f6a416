//! Socket files: what is replaced, what is not, and what stays.

use std::os::unix::net::UnixStream;

use super::*;

fn free_path() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("latchkey.sock");
    (folder, path)
}

#[tokio::test]
async fn the_file_has_the_mode_and_goes_with_the_server() {
    let (_folder, path) = free_path();
    for mode in [0o660, 0o600, 0o666] {
        let (_socket, file) = listen(path.clone(), mode).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, mode);
        UnixStream::connect(&path).unwrap();
        drop(file);
        assert!(!path.exists());
    }
}

#[tokio::test]
async fn a_file_on_which_nobody_listens_is_replaced() {
    let (_folder, path) = free_path();
    drop(UnixListener::bind(&path).unwrap());
    assert!(path.exists());
    let _listening = listen(path.clone(), 0o660).unwrap();
    UnixStream::connect(&path).unwrap();
}

#[tokio::test]
async fn a_file_on_which_a_process_listens_stays_even_if_its_queue_is_full() {
    let (_folder, path) = free_path();
    let listening = UnixSocket::new_stream().unwrap();
    listening.bind(&path).unwrap();
    let _listening = listening.listen(1).unwrap();
    let mut waiting = Vec::new();
    // The second time, nothing more fits into the queue.
    for _ in 0..2 {
        let before = id(&path).unwrap();
        let refused = listen(path.clone(), 0o660).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::AddrInUse, "{refused}");
        assert_eq!(id(&path).unwrap(), before);
        while let Ok(client) = UnixSocket::new_stream().unwrap().connect(&path).await {
            waiting.push(client);
            if waiting.len() > 8 {
                break;
            }
        }
    }
}

#[tokio::test]
async fn a_file_of_another_kind_stays() {
    let (folder, path) = free_path();
    fs::write(&path, "important").unwrap();
    assert!(listen(path.clone(), 0o660).unwrap_err().to_string().contains("not a socket"));
    assert_eq!(fs::read_to_string(&path).unwrap(), "important");
    let link = folder.path().join("link");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    assert!(listen(link, 0o660).unwrap_err().to_string().contains("not a socket"));
}

#[tokio::test]
async fn the_file_of_a_later_server_stays() {
    let (_folder, path) = free_path();
    let (_old, old_file) = listen(path.clone(), 0o660).unwrap();
    fs::remove_file(&path).unwrap();
    let (_new, _new_file) = listen(path.clone(), 0o660).unwrap();
    drop(old_file);
    UnixStream::connect(&path).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_servers_that_start_at_once_exactly_one_gets_an_abandoned_file() {
    for _ in 0..20 {
        let (_folder, path) = free_path();
        drop(UnixListener::bind(&path).unwrap());
        let start = || {
            let path = path.clone();
            tokio::task::spawn(async move { listen(path, 0o660) })
        };
        let mut started = Vec::new();
        for server in [start(), start(), start(), start()] {
            started.push(server.await.unwrap());
        }
        assert_eq!(started.iter().filter(|server| server.is_ok()).count(), 1);
        UnixStream::connect(&path).unwrap();
    }
}
