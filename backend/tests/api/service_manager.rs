//! The service manager is told how the server is, through a real datagram socket.

use std::{
    os::{
        linux::net::SocketAddrExt,
        unix::net::{SocketAddr, UnixDatagram},
    },
    process::Command,
    time::Duration,
};

use tempfile::TempDir;

use crate::support::program::Program;

/// The service manager's end of the socket.
struct Manager(UnixDatagram);

impl Manager {
    fn new(socket: UnixDatagram) -> Self {
        socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        Self(socket)
    }

    fn hears(&self) -> String {
        let mut datagram = [0; 256];
        let length = self.0.recv(&mut datagram).unwrap();
        String::from_utf8(datagram[..length].to_vec()).unwrap()
    }
}

/// Starts a server that is told of a service manager by variables.
fn start(folder: &TempDir, variables: &[(&str, &str)]) -> Program {
    let mut command = Command::new(env!("CARGO_BIN_EXE_latchkey"));
    command.envs(variables.iter().copied());
    Program::spawn(command, folder.path(), &[])
}

fn in_folder(folder: &TempDir) -> (String, Manager) {
    let path = folder.path().join("notify");
    (path.to_str().unwrap().to_owned(), Manager::new(UnixDatagram::bind(path).unwrap()))
}

#[test]
fn the_manager_hears_when_the_server_listens_and_when_it_stops() {
    let folder = tempfile::tempdir().unwrap();
    let (path, manager) = in_folder(&folder);
    let mut program = start(&folder, &[("NOTIFY_SOCKET", &path)]);
    assert!(manager.hears().lines().any(|line| line == "READY=1"));
    // What is ready can be asked.
    std::net::TcpStream::connect(program.address).unwrap();
    program.signal("TERM");
    assert!(manager.hears().lines().any(|line| line == "STOPPING=1"));
    assert!(program.ended().success());
}

#[test]
fn a_managers_socket_may_have_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let name = format!("latchkey-test-{}", std::process::id());
    let manager = Manager::new(UnixDatagram::bind_addr(&SocketAddr::from_abstract_name(&name).unwrap()).unwrap());
    let _program = start(&folder, &[("NOTIFY_SOCKET", &format!("@{name}"))]);
    assert!(manager.hears().starts_with("READY=1"));
}

#[test]
fn a_watchdog_gets_signs_of_life() {
    let folder = tempfile::tempdir().unwrap();
    let (path, manager) = in_folder(&folder);
    let _program = start(&folder, &[("NOTIFY_SOCKET", &path), ("WATCHDOG_USEC", "20000")]);
    assert!(manager.hears().starts_with("READY=1"));
    assert_eq!([manager.hears(), manager.hears()], ["WATCHDOG=1", "WATCHDOG=1"]);
}

#[test]
fn a_server_that_cannot_start_is_never_ready() {
    let folder = tempfile::tempdir().unwrap();
    let (path, manager) = in_folder(&folder);
    let mut command = Command::new(env!("CARGO_BIN_EXE_latchkey"));
    let serve = command.args(["serve", "--listen", "127.0.0.1:0", "--database-url", "sqlite://no/such/folder.db"]);
    assert_eq!(serve.env("NOTIFY_SOCKET", path).current_dir(folder.path()).output().unwrap().status.code(), Some(2));
    manager.0.set_nonblocking(true).unwrap();
    assert!(manager.0.recv(&mut [0; 16]).is_err());
}

#[test]
fn a_missing_manager_is_a_warning_and_the_server_serves() {
    let folder = tempfile::tempdir().unwrap();
    let program = start(&folder, &[("NOTIFY_SOCKET", "/no/such/socket")]);
    program.says("cannot notify the service manager");
    std::net::TcpStream::connect(program.address).unwrap();
}
