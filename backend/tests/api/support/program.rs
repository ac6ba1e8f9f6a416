//! The real binary, serving in a folder. It is killed at the end of the test.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, ChildStderr, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use crate::command_line::{binary, binary_by};

/// A running `latchkey serve` and its log.
pub struct Program {
    process: Child,
    pub address: SocketAddr,
    log: Arc<Mutex<String>>,
    reader: Option<thread::JoinHandle<()>>,
}

impl Program {
    /// Starts `latchkey serve` with further flags.
    pub fn start(folder: &Path, flags: &[&str]) -> Self {
        Self::spawn(binary(), folder, flags)
    }

    /// The same, after a shell command such as `ulimit`.
    pub fn start_after(shell: &str, folder: &Path, flags: &[&str]) -> Self {
        let script = format!("{shell} && exec \"$0\" \"$@\"");
        Self::spawn(binary_by(&["sh", "-c", &script]), folder, flags)
    }

    /// The same, with a command of one's own.
    pub fn spawn(mut command: Command, folder: &Path, flags: &[&str]) -> Self {
        let command = command.args(["serve", "--listen", "127.0.0.1:0"]).args(flags);
        let mut process = command.current_dir(folder).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap());
        let mut log = String::new();
        while !log.contains(" serving address=") {
            assert_ne!(lines.read_line(&mut log).unwrap(), 0, "{log}");
        }
        let address = log.trim_end().rsplit('=').next().unwrap().parse().unwrap();
        let log = Arc::new(Mutex::new(log));
        let reader = thread::spawn({
            let log = log.clone();
            move || read_on(lines, &log)
        });
        Self { process, address, log, reader: Some(reader) }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// The log so far.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Waits until the log contains some words.
    pub fn says(&self, words: &str) {
        eventually(&format!("'{words}' in the log"), || self.log().contains(words).then_some(()));
    }

    pub fn signal(&self, name: &str) {
        assert!(Command::new("kill").args([&format!("-{name}"), &self.id().to_string()]).status().unwrap().success());
    }

    pub fn is_running(&mut self) -> bool {
        self.process.try_wait().unwrap().is_none()
    }

    /// Waits for the process to exit, and returns its status.
    pub fn ended(&mut self) -> ExitStatus {
        eventually("its end", || self.process.try_wait().unwrap())
    }

    /// Kills the process, and returns its log.
    pub fn kill(mut self) -> String {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        // What it said last may still be on its way.
        self.reader.take().unwrap().join().unwrap();
        self.log()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Fails if the process has exited already, which is fine.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn read_on(mut lines: BufReader<ChildStderr>, log: &Mutex<String>) {
    let mut line = String::new();
    while lines.read_line(&mut line).is_ok_and(|length| length > 0) {
        log.lock().unwrap().push_str(&line);
        line.clear();
    }
}

#[expect(clippy::disallowed_methods, reason = "another process runs by real time")]
fn eventually<T>(what: &str, look: impl FnMut() -> Option<T>) -> T {
    let (begin, mut look) = (Instant::now(), look);
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(begin.elapsed() < Duration::from_secs(20), "timed out waiting for {what}");
        thread::sleep(Duration::from_millis(10));
    }
}
